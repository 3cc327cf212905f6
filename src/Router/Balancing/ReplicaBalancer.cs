using System.Collections.Concurrent;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Router.Balancing.Prefixes;
using LlmOperator.Router.Configuration;

namespace LlmOperator.Router.Balancing;

/// <summary>
/// Chooses among the replicas of a model, and keeps what is known of each target for all requests: its load, its circuit, and
/// which prompts it had. Thread-safe.
/// </summary>
/// <param name="timeProvider">Clock.</param>
/// <param name="random">Chance.</param>
internal sealed class ReplicaBalancer(TimeProvider timeProvider, Random random)
{
    private readonly ConcurrentDictionary<string, TargetLoad> _loads = new(StringComparer.Ordinal);
    private readonly Lock _randomLock = new();
    private uint _turn;

    // Where a replica does not say how much its slots hold.
    private const int UsualContext = 8192;

    /// <summary>What is known of the targets, by their ids.</summary>
    public IEnumerable<KeyValuePair<string, TargetLoad>> Loads => _loads;

    /// <summary>What is known of a target.</summary>
    /// <param name="id">A replica's endpoint, or the name of a provider's model.</param>
    public TargetLoad LoadOf(string id) => _loads.GetOrAdd(id, _ => new TargetLoad(timeProvider));

    /// <summary>What is known of a replica.</summary>
    public TargetLoad LoadOf(LocalReplica replica) => LoadOf(replica.Id);

    /// <summary>Chooses one of some replicas, and remembers that the prompt goes there.</summary>
    /// <param name="replicas">At least one.</param>
    /// <param name="prompt">The request.</param>
    /// <param name="strategy">How it is chosen.</param>
    public (LocalReplica Replica, ChosenBy? By) Pick(
        IReadOnlyList<LocalReplica> replicas,
        PromptAffinity prompt,
        BalancingStrategy strategy
    )
    {
        if (replicas.Count == 1)
        {
            return (replicas[0], null);
        }

        bool isByPrefix = strategy == BalancingStrategy.PrefixAffinity;
        ReplicaState[] states = new ReplicaState[replicas.Count];
        for (int i = 0; i < states.Length; i++)
        {
            TargetLoad load = LoadOf(replicas[i]);
            int match = isByPrefix ? load.Prefixes?.LongestMatch(prompt.Blocks) ?? 0 : 0;
            states[i] = new ReplicaState(replicas[i].Id, load.InFlight, load.Tokens, match);
        }

        (int index, ChosenBy by) = strategy switch
        {
            BalancingStrategy.RoundRobin => ((int)(NextTurn() % (uint)states.Length), ChosenBy.Turn),
            BalancingStrategy.LeastOutstanding => ReplicaChoice.LeastOfTwo(states, Draws()),
            _ => ReplicaChoice.Choose(states, prompt, Draws()),
        };
        LocalReplica replica = replicas[index];
        if (isByPrefix)
        {
            int tokens = replica.ContextLength > 0 ? replica.ContextLength : UsualContext;
            LoadOf(replica).Remember(prompt.Blocks, (long)tokens * Math.Max(1, replica.ParallelSequences));
        }

        return (replica, by);
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

    private uint NextTurn() => Interlocked.Increment(ref _turn);

    // Only the seed: a choice must not make others wait.
    private Random Draws()
    {
        lock (_randomLock)
        {
            return new Random(random.Next());
        }
    }
}
