using LlmOperator.Api.Schema;
using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>What the operator says of a catalog.</summary>
public sealed record ModelCatalogStatus
{
    /// <summary>Generation of the spec that this status answers.</summary>
    public long ObservedGeneration { get; init; }

    /// <summary>Ready; Stalled while the catalog is not sound.</summary>
    [ListMap("type")]
    public IReadOnlyList<Condition> Conditions { get; init; } = [];

    /// <summary>Number of models listed.</summary>
    public int Models { get; init; }
}
