namespace LlmOperator.Operator.Placement;

/// <summary>The world while a plan is made. Not thread-safe.</summary>
internal sealed class PlacementState
{
    private readonly Dictionary<string, int> _index;
    private readonly Dictionary<string, int[]> _eligible;
    private readonly Dictionary<string, int[]> _present;

    public PlacementState(PlacementSnapshot snapshot)
    {
        Snapshot = snapshot;
        Ledgers =
        [
            .. snapshot.Nodes.OrderBy(n => n.Name, StringComparer.Ordinal).Select(n => new NodeLedger(n)),
        ];
        _index = Ledgers.Select((l, i) => (l.Node.Name, i)).ToDictionary(p => p.Name, p => p.i);
        _eligible = [];
        Models =
        [
            .. snapshot
                .Models.OrderByDescending(m => m.Priority)
                .ThenBy(m => m.Age)
                .ThenBy(m => m.Key, StringComparer.Ordinal)
                .Select(m => new ModelState(m)),
        ];
        _present = Models
            .SelectMany((m, i) => m.Model.Existing.Select(r => (r.Node, Index: i)))
            .GroupBy(p => p.Node)
            .ToDictionary(g => g.Key, g => g.Select(p => p.Index).Distinct().ToArray());
        int lost = snapshot.Nodes.Count(n => n.State == NodeState.Lost);
        IsPartition = lost * 2 > snapshot.Nodes.Count;
        foreach (PlacementReplica orphan in snapshot.Orphans)
        {
            Find(orphan.Node)?.Claim(orphan.Claims, orphan.IsShared, ClaimKind.Leaving);
        }
    }

    private PlacementState(PlacementState other)
    {
        Snapshot = other.Snapshot;
        _index = other._index;
        _eligible = other._eligible;
        _present = other._present;
        IsPartition = other.IsPartition;
        RetryAfter = other.RetryAfter;
        Ledgers = [.. other.Ledgers.Select(l => l.Copy())];
        Models = [.. other.Models.Select(m => m.Copy())];
    }

    /// <summary>What is planned for.</summary>
    public PlacementSnapshot Snapshot { get; }

    /// <summary>Books of the nodes, in the order of their names.</summary>
    public IReadOnlyList<NodeLedger> Ledgers { get; }

    /// <summary>Models in the order in which they are served.</summary>
    public IReadOnlyList<ModelState> Models { get; }

    /// <summary>More than half of the nodes are lost.</summary>
    public bool IsPartition { get; }

    /// <summary>When a replica may be displaced that may not be now; null when nobody waits for that.</summary>
    public TimeSpan? RetryAfter { get; private set; }

    /// <summary>Books of a node, or null when it does not exist.</summary>
    public NodeLedger? Find(string node) => _index.TryGetValue(node, out int i) ? Ledgers[i] : null;

    /// <summary>Nodes that a model may be placed on, as far as memory is not looked at.</summary>
    public IEnumerable<NodeLedger> Eligible(PlacementModel model)
    {
        string signature = NodeEligibility.Signature(model);
        if (!_eligible.TryGetValue(signature, out int[]? nodes))
        {
            nodes =
            [
                .. Enumerable
                    .Range(0, Ledgers.Count)
                    .Where(i => NodeEligibility.Refusal(Ledgers[i].Node, model) is null),
            ];
            _eligible[signature] = nodes;
        }

        return nodes.Select(i => Ledgers[i]);
    }

    /// <summary>Models with a replica that was on a node before and stays there.</summary>
    public IEnumerable<ModelState> StayingOn(string node) =>
        _present
            .GetValueOrDefault(node, [])
            .Select(i => Models[i])
            .Where(m => m.Assignments.ContainsKey(node));

    /// <summary>Remembers that another plan is worth making after some time.</summary>
    public void Retry(TimeSpan after) => RetryAfter = RetryAfter < after ? RetryAfter : after;

    /// <summary>A world of its own that looks the same.</summary>
    public PlacementState Copy() => new(this);
}
