using LlmOperator.Api.V1Alpha1;

namespace LlmOperator.Api.Validation;

/// <summary>Checks the conditions of a policy's rules that hang on more than one field.</summary>
internal static class RuleConditionValidation
{
    /// <summary>All problems; empty when they are sound.</summary>
    public static IEnumerable<SpecProblem> Check(RoutingPolicySpec spec)
    {
        foreach ((int index, RoutingRule rule) in (spec.Rules ?? []).Index())
        {
            string path = $"spec.rules[{index}].match";
            foreach (SpecProblem problem in Check(rule.Match, path))
            {
                yield return problem;
            }

            foreach ((int at, string name) in (rule.Match.DataClasses ?? []).Index())
            {
                bool isKnown =
                    DataClasses.IsBuiltIn(name) || (spec.DataClasses ?? []).Any(c => c.Name == name);
                if (!isKnown)
                {
                    yield return new SpecProblem(
                        $"{path}.dataClasses[{at}]",
                        $"\"{name}\" is not known: write Secret, PersonalData, Unreadable, or a name from spec.dataClasses"
                    );
                }
            }
        }
    }

    private static IEnumerable<SpecProblem> Check(RoutingMatch match, string path)
    {
        if (match.Complexity is { Above: { } above, Below: { } below } && above + 1 >= below)
        {
            yield return new SpecProblem(
                $"{path}.complexity",
                "below must be larger than above by at least 2"
            );
        }

        foreach ((int index, string pattern) in (match.Paths ?? []).Index())
        {
            if (!pattern.StartsWith('/'))
            {
                yield return new SpecProblem($"{path}.paths[{index}]", "a path begins with /");
            }
        }

        if (match.Time is not { } time)
        {
            yield break;
        }

        if ((time.From is null) != (time.To is null))
        {
            yield return new SpecProblem($"{path}.time", "set from and to together");
        }

        if (time.TimeZone is { } zone && !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _))
        {
            yield return new SpecProblem(
                $"{path}.time.timeZone",
                $"\"{zone}\" is not a time zone here: write a name of the IANA database, for example Europe/Berlin"
            );
        }
    }
}
