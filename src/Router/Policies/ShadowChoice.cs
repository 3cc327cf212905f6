using LlmOperator.Api.V1Alpha1;
using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Router.Policies;

/// <summary>Whether a request is copied, and where to. Pure: the same text is copied by every router, or by none.</summary>
internal static class ShadowChoice
{
    /// <summary>The plan with what is said of copies.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="shadow">What the rule or the policy says; null for nothing.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="facts">The request.</param>
    /// <param name="empty">A set of candidates behind the same fence as the plan's, with none in it.</param>
    public static RoutePlan AddTo(
        RoutePlan plan,
        ShadowCopies? shadow,
        ObjectKey policy,
        RequestFacts facts,
        CandidateSet empty
    )
    {
        if (shadow is null || !IsDrawn(shadow, policy, facts))
        {
            return plan;
        }

        empty.AddAll([shadow.Target], "shadow", inOrderOfMode: false);
        return plan with
        {
            Shadow = empty.InOrder(plan.Mode).FirstOrDefault(),
            ShadowRefusal = empty.Refusals.FirstOrDefault(),
        };
    }

    private static bool IsDrawn(ShadowCopies shadow, ObjectKey policy, RequestFacts facts) =>
        shadow.Percent >= 100
        || new Random(WeightedDraw.Seed($"{policy}\nshadow\n{facts.ReadFingerprint()}")).Next(100)
            < shadow.Percent;
}
