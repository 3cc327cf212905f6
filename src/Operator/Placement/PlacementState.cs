namespace LlmOperator.Operator.Placement;

/// <summary>The world while a plan is made. Not thread-safe.</summary>
internal sealed class PlacementState
{
    public PlacementState(PlacementSnapshot snapshot)
    {
        Ledgers = new SortedDictionary<string, NodeLedger>(
            snapshot.Nodes.ToDictionary(n => n.Name, n => new NodeLedger(n)),
            StringComparer.Ordinal
        );
        Models =
        [
            .. snapshot
                .Models.OrderByDescending(m => m.Priority)
                .ThenBy(m => m.Age)
                .ThenBy(m => m.Key, StringComparer.Ordinal)
                .Select(m => new ModelState(m)),
        ];
        int lost = snapshot.Nodes.Count(n => n.State == NodeState.Lost);
        IsPartition = lost * 2 > snapshot.Nodes.Count;
        foreach (PlacementReplica orphan in snapshot.Orphans)
        {
            Find(orphan.Node)?.Claim(orphan.Claims);
        }
    }

    /// <summary>Books by node, in the order of their names.</summary>
    public SortedDictionary<string, NodeLedger> Ledgers { get; }

    /// <summary>Models in the order in which they are served.</summary>
    public IReadOnlyList<ModelState> Models { get; }

    /// <summary>More than half of the nodes are lost.</summary>
    public bool IsPartition { get; }

    /// <summary>Books of a node, or null when it does not exist.</summary>
    public NodeLedger? Find(string node) => Ledgers.GetValueOrDefault(node);
}
