using LlmOperator.Api.Schema;
using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>What the node's agent sees of the replica.</summary>
public sealed record ModelReplicaStatus
{
    /// <summary>Generation of the spec that this status answers.</summary>
    public long ObservedGeneration { get; init; }

    /// <summary>Stored, Loaded, Ready, Degraded; Reconciling and Stalled while they hold.</summary>
    [ListMap("type")]
    public IReadOnlyList<Condition> Conditions { get; init; } = [];

    /// <summary>The download.</summary>
    public ReplicaPull? Pull { get; init; }

    /// <summary>Whether the model is in memory.</summary>
    public Residency Residency { get; init; }

    /// <summary>Base URL for requests, while the replica takes them.</summary>
    public string? Endpoint { get; init; }

    /// <summary>SHA-256 of the stored weights, as verified.</summary>
    public string? Digest { get; init; }

    /// <summary>SHA-256 of the chat template in the stored file, in hexadecimal; absent without one, and before it was read.</summary>
    public string? ChatTemplateSha256 { get; init; }

    /// <summary>Memory as projected by the engine and as measured.</summary>
    public ReplicaMemory? Memory { get; init; }

    /// <summary>Speed as measured.</summary>
    public ReplicaPerformance? Performance { get; init; }

    /// <summary>The engine's process.</summary>
    public ReplicaProcess? Process { get; init; }
}
