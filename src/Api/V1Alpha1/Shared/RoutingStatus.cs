using LlmOperator.Api.Schema;
using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>What the operator says of a routing object.</summary>
public sealed record RoutingStatus
{
    /// <summary>Generation of the spec that this status answers.</summary>
    public long ObservedGeneration { get; init; }

    /// <summary>Ready: every object that the spec names exists and the spec is sound; Reconciling and Stalled while they hold.</summary>
    [ListMap("type")]
    public IReadOnlyList<Condition> Conditions { get; init; } = [];

    /// <summary>How far its budgets are used; absent where it has none.</summary>
    [ListMap("name")]
    public IReadOnlyList<BudgetStatus>? Budgets { get; init; }
}
