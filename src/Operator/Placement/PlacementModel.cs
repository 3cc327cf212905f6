namespace LlmOperator.Operator.Placement;

/// <summary>A model, as placement sees it.</summary>
internal sealed record PlacementModel
{
    /// <summary>Unique.</summary>
    public required string Key { get; init; }

    /// <summary>Higher is placed first.</summary>
    public int Priority { get; init; }

    /// <summary>Rank among models of equal priority: smaller is placed first.</summary>
    public long Age { get; init; }

    /// <summary>Replicas wanted, each on a node of its own; ignored with <see cref="IsEveryNode"/>.</summary>
    public int Replicas { get; init; } = 1;

    /// <summary>One replica on every node that suits.</summary>
    public bool IsEveryNode { get; init; }

    /// <summary>Names of the nodes that it may be on; empty for all.</summary>
    public IReadOnlyList<string> Nodes { get; init; } = [];

    /// <summary>It is never loaded: neither engine nor device matters.</summary>
    public bool IsStoreOnly { get; init; }

    /// <summary>Labels that a node must have.</summary>
    public IReadOnlyDictionary<string, string> NodeSelector { get; init; } = new Dictionary<string, string>();

    /// <summary>Taints that it puts up with.</summary>
    public IReadOnlyList<PlacementToleration> Tolerations { get; init; } = [];

    /// <summary>Label of nodes over whose values replicas are spread evenly; null for none.</summary>
    public string? SpreadLabel { get; init; }

    /// <summary>Devices that it may use.</summary>
    public DevicePreference Devices { get; init; }

    /// <summary>It may take the place of models of lower priority.</summary>
    public bool CanPreempt { get; init; } = true;

    /// <summary>Its replicas take turns in memory with others of their kind.</summary>
    public bool IsShared { get; init; }

    /// <summary>Kind of engine that it needs.</summary>
    public string Engine { get; init; } = "";

    /// <summary>Ways to load it, best first.</summary>
    public IReadOnlyList<PlacementCandidate> Candidates { get; init; } = [];

    /// <summary>
    /// The ways to load it are not known (yet): what runs is left as it is, nothing is placed. False for a model whose
    /// <see cref="Candidates"/> count.
    /// </summary>
    public bool IsUnknown { get; init; }

    /// <summary>Replicas that exist.</summary>
    public IReadOnlyList<PlacementReplica> Existing { get; init; } = [];
}
