using System.Collections.Concurrent;
using LlmOperator.Router.Configuration;

namespace LlmOperator.Router.Balancing;

/// <summary>
/// Chooses among the replicas of a model: the one with the fewest requests in flight, ties by chance. One that failed is
/// passed over for a while that doubles with each failure in a row, unless there is no other. Thread-safe.
/// </summary>
/// <param name="timeProvider">Clock.</param>
/// <param name="random">Chance.</param>
internal sealed class ReplicaBalancer(TimeProvider timeProvider, Random random)
{
    // Long enough that a dying engine does not cost each request an attempt, short against a restart.
    private static readonly TimeSpan s_firstEjection = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestEjection = TimeSpan.FromSeconds(30);
    private readonly ConcurrentDictionary<Uri, TargetLoad> _loads = new();
    private readonly Lock _randomLock = new();

    /// <summary>Load of an endpoint.</summary>
    public TargetLoad LoadOf(Uri endpoint) => _loads.GetOrAdd(endpoint, static _ => new TargetLoad());

    /// <summary>The best replica that is not excluded; null when there is none.</summary>
    public LocalReplica? Pick(LocalModel model, IReadOnlySet<Uri> excluded)
    {
        LocalReplica[] candidates = [.. model.Replicas.Where(r => !excluded.Contains(r.Endpoint))];
        if (candidates.Length == 0)
        {
            return null;
        }

        LocalReplica[] healthy = [.. candidates.Where(r => !IsEjected(LoadOf(r.Endpoint)))];
        candidates = healthy.Length > 0 ? healthy : candidates;
        int least = candidates.Min(r => LoadOf(r.Endpoint).InFlight);
        LocalReplica[] best = [.. candidates.Where(r => LoadOf(r.Endpoint).InFlight <= least)];
        return best.Length < 2 ? best.FirstOrDefault() ?? candidates[0] : best[Next(best.Length)];
    }

    /// <summary>The replica with the fewest requests in flight that did not fail just now; null when there is none.</summary>
    public LocalReplica? PickHealthy(IReadOnlyList<LocalReplica> replicas) =>
        replicas.Where(r => !IsEjected(LoadOf(r.Endpoint))).MinBy(r => LoadOf(r.Endpoint).InFlight);

    /// <summary>Remembers a failure.</summary>
    public void Failed(Uri endpoint) => LoadOf(endpoint).Failed(timeProvider.GetTimestamp());

    /// <summary>Forgets endpoints that no replica has any more.</summary>
    public void Keep(RoutingSnapshot snapshot)
    {
        HashSet<Uri> known = [.. snapshot.Models.Values.SelectMany(m => m.Replicas).Select(r => r.Endpoint)];
        foreach ((Uri endpoint, TargetLoad load) in _loads)
        {
            if (load.InFlight == 0 && !known.Contains(endpoint))
            {
                _loads.TryRemove(endpoint, out _);
            }
        }
    }

    private bool IsEjected(TargetLoad load)
    {
        int failures = load.Failures;
        if (failures == 0)
        {
            return false;
        }

        TimeSpan ejection = s_firstEjection * Math.Pow(2, Math.Min(failures - 1, 10));
        ejection = ejection < s_longestEjection ? ejection : s_longestEjection;
        return timeProvider.GetElapsedTime(load.EjectedAt) < ejection;
    }

    private int Next(int count)
    {
        lock (_randomLock)
        {
            return random.Next(count);
        }
    }
}
