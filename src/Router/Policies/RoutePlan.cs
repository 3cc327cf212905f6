using LlmOperator.Api.V1Alpha1;
using LlmOperator.Router.Classification;
using LlmOperator.Router.Dialects.OpenAi;

namespace LlmOperator.Router.Policies;

/// <summary>Where a request may go, in order. Retries and fallbacks draw from this list and from nothing else.</summary>
/// <param name="Candidates">Targets in order.</param>
/// <param name="Refusals">Targets that were left out, with the reason of each.</param>
/// <param name="Rule">Rule that decided; null when none did.</param>
/// <param name="Limits">Limits that hold.</param>
internal sealed record RoutePlan(
    IReadOnlyList<Candidate> Candidates,
    IReadOnlyList<string> Refusals,
    string? Rule,
    RoutingLimits Limits
)
{
    private static readonly ColdStart s_usualColdStart = new();

    /// <summary>Mode that holds.</summary>
    public RoutingMode Mode { get; init; }

    /// <summary>How one of several replicas is chosen.</summary>
    public BalancingStrategy Balancing { get; init; }

    /// <summary>What is done about models that are not in memory.</summary>
    public ColdStart ColdStart { get; init; } = s_usualColdStart;

    /// <summary>The answer when there are no candidates through the request's own fault; null otherwise.</summary>
    public OpenAiError? Rejection { get; init; }

    /// <summary>Estimate of the prompt's tokens, with what the route adds.</summary>
    public int PromptTokens { get; init; }

    /// <summary>The prompt's tokens as a local engine counted them; null when nobody asked it.</summary>
    public int? ExactPromptTokens { get; init; }

    /// <summary>Where a copy of the request goes once it is answered; null for nowhere.</summary>
    public Candidate? Shadow { get; init; }

    /// <summary>Why no copy goes where it should; null when one goes, or none is wanted.</summary>
    public string? ShadowRefusal { get; init; }

    /// <summary>Data classes of the request.</summary>
    public Classified Data { get; init; } = Classified.None;

    /// <summary>How hard the task seems; null when nothing asked.</summary>
    public ComplexityScore? Complexity { get; init; }
}
