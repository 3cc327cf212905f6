using LlmOperator.Api.V1Alpha1;
using LlmOperator.Router.Configuration;

namespace LlmOperator.Router.Policies;

/// <summary>Whether a rule's conditions hold. Pure.</summary>
internal static class RuleMatcher
{
    /// <summary>True when every condition that is set holds.</summary>
    public static bool Matches(CompiledRule rule, RequestFacts facts)
    {
        RoutingMatch match = rule.Rule.Match;
        return Holds(match.Roles, roles => facts.RoleName is not null && roles.Contains(facts.RoleName))
            && (match.HasTools is not { } wanted || wanted == facts.HasTools)
            && (match.PromptTokens?.Above is not { } above || facts.PromptTokens > above)
            && (match.PromptTokens?.Below is not { } below || facts.PromptTokens < below)
            && (match.Headers ?? []).All(h => facts.Header(h.Name) == h.Value)
            && Holds(
                match.Keywords,
                words => words.Any(w => facts.UserText.Contains(w, StringComparison.OrdinalIgnoreCase))
            )
            && (rule.Patterns.Count == 0 || rule.Patterns.Any(p => p.IsMatch(facts.UserText)));
    }

    private static bool Holds(IReadOnlyList<string>? values, Func<IReadOnlyList<string>, bool> condition) =>
        values is null or { Count: 0 } || condition(values);
}
