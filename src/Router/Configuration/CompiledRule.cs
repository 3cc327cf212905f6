using System.Text.RegularExpressions;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Router.Policies;

namespace LlmOperator.Router.Configuration;

/// <summary>A rule with its regular expressions compiled.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Patterns">Its expressions; linear in time, whatever the text.</param>
internal sealed record CompiledRule(RoutingRule Rule, IReadOnlyList<Regex> Patterns)
{
    /// <summary>When it holds; null for always.</summary>
    public CompiledTime? Time { get; init; }

    /// <summary>Compiles a rule.</summary>
    /// <exception cref="ArgumentException">An expression is not valid, or needs backtracking.</exception>
    /// <exception cref="TimeZoneNotFoundException">A time zone is not known here.</exception>
    public static CompiledRule Compile(RoutingRule rule) =>
        new(
            rule,
            [
                .. (rule.Match.Patterns ?? []).Select(p => new Regex(
                    p,
                    RegexOptions.NonBacktracking | RegexOptions.CultureInvariant
                )),
            ]
        )
        {
            Time = rule.Match.Time is { } time ? CompiledTime.Compile(time) : null,
        };
}
