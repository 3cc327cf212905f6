using LlmOperator.Api.V1Alpha1;
using LlmOperator.Kubernetes.Meta;

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
);
