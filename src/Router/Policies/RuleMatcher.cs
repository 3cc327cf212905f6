using LlmOperator.Api.V1Alpha1;
using LlmOperator.Router.Configuration;

namespace LlmOperator.Router.Policies;

/// <summary>Whether a rule's conditions hold. Pure.</summary>
internal static class RuleMatcher
{
    /// <summary>True when every condition that is set holds.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="facts">What is known of the request; what costs more is asked last.</param>
    /// <param name="policy">Policy of the rule, whose data classes count.</param>
    public static bool Matches(CompiledRule rule, RequestFacts facts, Policy policy)
    {
        RoutingMatch match = rule.Rule.Match;
        return Holds(match.Roles, roles => facts.RoleName is not null && roles.Contains(facts.RoleName))
            && Holds(match.Paths, paths => paths.Any(p => HasPath(p, facts.Path)))
            && (rule.Time?.Holds(facts.Now) ?? true)
            && (match.HasTools is not { } wanted || wanted == facts.HasTools)
            && (match.PromptTokens?.Above is not { } above || facts.KnownPromptTokens > above)
            && (match.PromptTokens?.Below is not { } below || facts.KnownPromptTokens < below)
            && (match.Headers ?? []).All(h => facts.Header(h.Name) == h.Value)
            && Holds(
                match.Keywords,
                words => words.Any(w => facts.UserText.Contains(w, StringComparison.OrdinalIgnoreCase))
            )
            && (rule.Patterns.Count == 0 || rule.Patterns.Any(p => p.IsMatch(facts.UserText)))
            && (match.HasImages is not { } images || images == facts.Texts.HasImages)
            && (match.Complexity?.Above is not { } least || facts.Complexity.Total > least)
            && (match.Complexity?.Below is not { } most || facts.Complexity.Total < most)
            && Holds(match.DataClasses, names => names.Any(facts.ClassifiedBy(policy).Has));
    }

    private static bool HasPath(string pattern, string path) =>
        pattern.EndsWith('*') ? path.StartsWith(pattern[..^1], StringComparison.Ordinal) : path == pattern;

    private static bool Holds(IReadOnlyList<string>? values, Func<IReadOnlyList<string>, bool> condition) =>
        values is null or { Count: 0 } || condition(values);
}
