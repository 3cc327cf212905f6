using LlmOperator.Api.V1Alpha1;

namespace LlmOperator.Api.Validation;

/// <summary>Checks the data classes of a policy.</summary>
internal static class DataClassValidation
{
    /// <summary>All problems; empty when they are sound.</summary>
    public static IEnumerable<SpecProblem> Check(IReadOnlyList<DataClassRule> classes)
    {
        foreach ((int index, DataClassRule rule) in classes.Index())
        {
            string path = $"spec.dataClasses[{index}]";
            if (classes.Take(index).Any(c => c.Name.Equals(rule.Name, StringComparison.OrdinalIgnoreCase)))
            {
                yield return new SpecProblem($"{path}.name", $"\"{rule.Name}\" is there twice");
            }

            if (!DataClasses.IsBuiltIn(rule.Name) && rule is { Keywords: null or [], Patterns: null or [] })
            {
                yield return new SpecProblem(
                    path,
                    "list keywords or patterns: only Secret, PersonalData and Unreadable are found without"
                );
            }

            foreach (
                SpecProblem problem in RoutingValidation.Patterns(rule.Patterns ?? [], $"{path}.patterns")
            )
            {
                yield return problem;
            }
        }
    }
}
