using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Router.Configuration;

/// <summary>A model on our own nodes.</summary>
/// <param name="Key">The LlmModel.</param>
/// <param name="Created">When it was created, for the list of models.</param>
/// <param name="Replicas">Replicas that take requests now.</param>
/// <param name="Problem">Why none does; null when one does.</param>
internal sealed record LocalModel(
    ObjectKey Key,
    DateTimeOffset Created,
    IReadOnlyList<LocalReplica> Replicas,
    string? Problem
)
{
    /// <summary>What is known of it.</summary>
    public LocalModelFacts Facts { get; init; } = LocalModelFacts.None;

    /// <summary>How far the nearest replica is while none is in memory; null when one is, or nothing is on its way.</summary>
    public LoadProgress? Progress { get; init; }

    /// <summary>True when requests wait for it: it is loaded on demand, and no replica is in memory.</summary>
    public bool IsCold { get; init; }

    /// <summary>True when a replica that takes requests would have to be loaded first.</summary>
    public bool HasColdReplicas { get; init; }
}
