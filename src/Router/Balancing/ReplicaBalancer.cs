using System.Collections.Concurrent;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Router.Configuration;

namespace LlmOperator.Router.Balancing;

/// <summary>
/// Chooses among the replicas of a model: the one with the fewest requests in flight, ties by chance. What each target is
/// known by is shared by all requests. Thread-safe.
/// </summary>
/// <param name="timeProvider">Clock.</param>
/// <param name="random">Chance.</param>
internal sealed class ReplicaBalancer(TimeProvider timeProvider, Random random)
{
    private readonly ConcurrentDictionary<string, TargetLoad> _loads = new(StringComparer.Ordinal);
    private readonly Lock _randomLock = new();

    /// <summary>What is known of the targets, by their ids.</summary>
    public IEnumerable<KeyValuePair<string, TargetLoad>> Loads => _loads;

    /// <summary>What is known of a target.</summary>
    /// <param name="id">A replica's endpoint, or the name of a provider's model.</param>
    public TargetLoad LoadOf(string id) => _loads.GetOrAdd(id, _ => new TargetLoad(timeProvider));

    /// <summary>What is known of a replica.</summary>
    public TargetLoad LoadOf(LocalReplica replica) => LoadOf(replica.Id);

    /// <summary>The best of some replicas; null when there is none.</summary>
    public LocalReplica? Pick(IReadOnlyList<LocalReplica> replicas)
    {
        if (replicas.Count < 2)
        {
            return replicas.Count == 0 ? null : replicas[0];
        }

        int least = replicas.Min(r => LoadOf(r).InFlight);
        LocalReplica[] best = [.. replicas.Where(r => LoadOf(r).InFlight <= least)];
        return best.Length == 0 ? replicas[0] : best[Next(best.Length)];
    }

    /// <summary>The replica with the fewest requests in flight that may be asked; null when there is none.</summary>
    public LocalReplica? PickHealthy(IEnumerable<LocalReplica> replicas, BreakerLimits limits) =>
        replicas.Where(r => LoadOf(r).Refusal(limits) is null).MinBy(r => LoadOf(r).InFlight);

    /// <summary>Forgets targets that are no longer there.</summary>
    public void Keep(RoutingSnapshot snapshot)
    {
        HashSet<string> known =
        [
            .. snapshot.Models.Values.SelectMany(m => m.Replicas).Select(r => r.Id),
            .. snapshot.Providers.Values.SelectMany(p =>
                p.Models.Keys.Select(m => $"provider/{p.Key.Name}/{m}")
            ),
        ];
        foreach ((string id, TargetLoad load) in _loads)
        {
            if (load.InFlight == 0 && !known.Contains(id))
            {
                _loads.TryRemove(id, out _);
            }
        }
    }

    private int Next(int count)
    {
        lock (_randomLock)
        {
            return random.Next(count);
        }
    }
}
