namespace LlmOperator.Operator.Placement;

/// <summary>All that placement decides on.</summary>
internal sealed record PlacementSnapshot
{
    /// <summary>All nodes.</summary>
    public IReadOnlyList<PlacementNode> Nodes { get; init; } = [];

    /// <summary>All models.</summary>
    public IReadOnlyList<PlacementModel> Models { get; init; } = [];

    /// <summary>Replicas whose model is gone: they hold their bytes until they are gone too.</summary>
    public IReadOnlyList<PlacementReplica> Orphans { get; init; } = [];

    /// <summary>How long a replica stays before one of higher priority may take its place.</summary>
    public TimeSpan LeastResidence { get; init; } = PlacementConstants.LeastResidence;
}
