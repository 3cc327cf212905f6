namespace LlmOperator.Operator.Planning;

/// <summary>What the operator would do with a fleet, without doing it.</summary>
public sealed record FleetPreview
{
    /// <summary>Replicas that would be there.</summary>
    public IReadOnlyList<PreviewedReplica> Replicas { get; init; } = [];

    /// <summary>Replicas that would go.</summary>
    public IReadOnlyList<PreviewedRemoval> Removals { get; init; } = [];

    /// <summary>What would become of each model.</summary>
    public IReadOnlyList<PreviewedModel> Models { get; init; } = [];

    /// <summary>Seconds after which a replica may be displaced that may not be now; absent when nothing waits for that.</summary>
    public double? RetryAfterSeconds { get; init; }
}
