using LlmOperator.Api.V1Alpha1;

namespace LlmOperator.Api.Validation;

/// <summary>Checks what a policy says of cost and speed.</summary>
internal static class CostAndSpeedValidation
{
    /// <summary>All problems; empty when it is sound.</summary>
    public static IEnumerable<SpecProblem> Check(RoutingPolicySpec spec)
    {
        if (spec.LocalCost is { } cost)
        {
            bool hasRate = cost.UsdPerMillionTokens is not null;
            bool hasPower = cost.Watts is not null;
            if (hasRate == hasPower || hasPower != (cost.UsdPerKilowattHour is not null))
            {
                yield return new SpecProblem(
                    "spec.localCost",
                    "set usdPerMillionTokens, or watts and usdPerKilowattHour"
                );
            }
        }

        if (spec.Objectives is { FirstToken: null, TokensPerSecond: null })
        {
            yield return new SpecProblem("spec.objectives", "set firstToken or tokensPerSecond");
        }
    }
}
