using LlmOperator.Api.Schema;
using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>What became of the model.</summary>
public sealed record LlmModelStatus
{
    /// <summary>Generation of the spec that this status answers.</summary>
    public long ObservedGeneration { get; init; }

    /// <summary>Accepted, Placed, Stored, Ready, Degraded; Reconciling and Stalled while they hold.</summary>
    [ListMap("type")]
    public IReadOnlyList<Condition> Conditions { get; init; } = [];

    /// <summary>Variant that was chosen.</summary>
    public string? Variant { get; init; }

    /// <summary>Context length that was chosen, in tokens a sequence.</summary>
    public int? ContextLength { get; init; }

    /// <summary>What each variant resolved to: from here on all nodes load the same bytes.</summary>
    [ListMap("variant")]
    public IReadOnlyList<ModelArtifact> Artifacts { get; init; } = [];

    /// <summary>Facts from the header of the chosen variant.</summary>
    public ModelFactsStatus? Facts { get; init; }

    /// <summary>Memory of one replica.</summary>
    public ModelMemoryStatus? Memory { get; init; }

    /// <summary>Numbers of replicas.</summary>
    public ReplicaCounts? Replicas { get; init; }

    /// <summary>Why nodes were refused, the 32 that come nearest first; absent when all replicas are placed.</summary>
    [ListMap("node")]
    public IReadOnlyList<NodeRefusal>? Refusals { get; init; }
}
