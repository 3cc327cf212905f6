using LlmOperator.Api.V1Alpha1;

namespace LlmOperator.Api.Validation;

/// <summary>Checks a role's context budget.</summary>
internal static class ContextBudgetValidation
{
    /// <summary>All problems; empty when it is sound or absent.</summary>
    public static IEnumerable<SpecProblem> Check(ContextBudget? budget)
    {
        if (budget is { Tools: null, System: null })
        {
            yield return new SpecProblem("spec.contextBudget", "set tools or system");
        }

        if (budget?.Tools is { Tokens: null, Percent: null })
        {
            yield return new SpecProblem("spec.contextBudget.tools", "set tokens or percent");
        }

        if (budget?.System is { Tokens: null, Percent: null })
        {
            yield return new SpecProblem("spec.contextBudget.system", "set tokens or percent");
        }
    }
}
