using LlmOperator.Api.V1Alpha1;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Router.Budgets;
using LlmOperator.Router.Classification;
using LlmOperator.Router.Limits;

namespace LlmOperator.Router.Configuration;

/// <summary>A RoutingPolicy, ready for requests.</summary>
/// <param name="Key">The RoutingPolicy.</param>
/// <param name="Created">When it was created.</param>
/// <param name="Spec">Its spec.</param>
/// <param name="Rules">Its rules, compiled.</param>
/// <param name="Problem">Why it cannot be used, with the remedy; null when it can.</param>
internal sealed record Policy(
    ObjectKey Key,
    DateTimeOffset Created,
    RoutingPolicySpec Spec,
    IReadOnlyList<CompiledRule> Rules,
    string? Problem
)
{
    /// <summary>Data classes that are looked for: those of the spec, and known ones that a rule asks for.</summary>
    public IReadOnlyList<CompiledDataClass> DataClasses { get; init; } = [];

    /// <summary>Its budgets.</summary>
    public IReadOnlyList<CompiledBudget> Budgets { get; init; } = [];

    /// <summary>How much may be asked by it; null for no limit.</summary>
    public CompiledLimits? RequestLimits { get; init; }
}
