using LlmOperator.Api.V1Alpha1;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Router.Budgets;
using LlmOperator.Router.Dialects.OpenAi;
using LlmOperator.Router.Limits;

namespace LlmOperator.Router.Configuration;

/// <summary>A WorkerRole, ready for requests.</summary>
/// <param name="Key">The WorkerRole.</param>
/// <param name="Created">When it was created.</param>
/// <param name="Targets">Targets in order.</param>
/// <param name="Defaults">What it adds to requests.</param>
/// <param name="PolicyName">Policy that it follows; null for none.</param>
internal sealed record Role(
    ObjectKey Key,
    DateTimeOffset Created,
    IReadOnlyList<RouteTarget> Targets,
    RequestDefaults Defaults,
    string? PolicyName
)
{
    /// <summary>Its budgets.</summary>
    public IReadOnlyList<CompiledBudget> Budgets { get; init; } = [];

    /// <summary>How much of a context its tools and prompts may take; null for no limit.</summary>
    public ContextBudget? ContextBudget { get; init; }

    /// <summary>How much may be asked by it; null for no limit.</summary>
    public CompiledLimits? RequestLimits { get; init; }
}
