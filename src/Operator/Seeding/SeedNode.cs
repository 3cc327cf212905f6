namespace LlmOperator.Operator.Seeding;

/// <summary>A node that may take files from an origin for others.</summary>
internal sealed record SeedNode
{
    public required string Name { get; init; }

    /// <summary>Value of <c>topology.kubernetes.io/zone</c>; empty without one, and all such nodes are one zone.</summary>
    public string Zone { get; init; } = "";

    /// <summary>It answers, so it may be named.</summary>
    public required bool IsReady { get; init; }

    /// <summary>It may be back in a moment (its agent restarts): not to be named, but one that is named stays.</summary>
    public bool IsAway { get; init; }

    /// <summary>Digests of the files that are stored on it.</summary>
    public IReadOnlySet<string> Stored { get; init; } = new HashSet<string>();
}
