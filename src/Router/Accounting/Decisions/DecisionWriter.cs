using LlmOperator.Router.Dialects;
using LlmOperator.Router.Identity;
using LlmOperator.Router.Policies;
using Microsoft.AspNetCore.Http;

namespace LlmOperator.Router.Accounting.Decisions;

/// <summary>Makes decisions of what the parts of the router know at the end of a request.</summary>
internal static class DecisionWriter
{
    /// <summary>The decision of a request.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="route">Its route.</param>
    /// <param name="plan">Its plan.</param>
    /// <param name="record">How it went; null when it was refused before any attempt.</param>
    /// <param name="now">The time.</param>
    public static RouteDecision Of(
        Exchange exchange,
        Policies.Route route,
        RoutePlan plan,
        RequestRecord? record,
        DateTimeOffset now
    )
    {
        HttpContext context = exchange.Context;
        return new RouteDecision
        {
            Id = context.TraceIdentifier,
            Time = now,
            Caller = context.Caller().Name,
            Model = exchange.Request.Model,
            Role = (route as Policies.Route.OfRole)?.Role.Key.ToString(),
            Policy = route.Policy?.Key.ToString(),
            Mode = plan.Mode.ToString(),
            Rule = plan.Rule,
            PromptTokens = plan.ExactPromptTokens ?? plan.PromptTokens,
            Complexity = plan.Complexity is { } score
                ? new DecidedComplexity(score.Total, score.Terms)
                : null,
            DataClasses = [.. plan.Data.Classes.Select(c => c.ToString())],
            Candidates = [.. plan.Candidates.Select(CandidateOf)],
            Refused = plan.Refusals,
            Shadow = plan.Shadow?.Name ?? (plan.ShadowRefusal is { } why ? $"none: {why}" : null),
            Tried = record?.Tried ?? [],
            Target = record?.Target,
            Outcome = record?.Outcome ?? "refused",
            InputTokens = record?.Usage?.Prompt,
            OutputTokens = record?.Usage?.Completion,
            FirstTokenMilliseconds = (int?)record?.FirstContent?.TotalMilliseconds,
            TotalMilliseconds = (int?)record?.Elapsed.TotalMilliseconds,
        };
    }

    private static DecidedCandidate CandidateOf(Candidate candidate) =>
        new(
            candidate.Name,
            candidate.Reason,
            candidate is Candidate.Remote { IsRedacted: true },
            candidate.Estimate?.Usd,
            candidate.Estimate?.Seconds,
            candidate.Estimate?.KeepsObjectives ?? true
        );
}
