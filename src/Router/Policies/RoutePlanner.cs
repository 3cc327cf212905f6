using LlmOperator.Api.V1Alpha1;
using LlmOperator.Router.Classification;
using LlmOperator.Router.Configuration;
using LlmOperator.Router.Statistics;

namespace LlmOperator.Router.Policies;

/// <summary>
/// Decides where a request may go. Pure: route, snapshot, facts, figures and random numbers in, plan out. The mode and the
/// data classes are fences over everything; a rule's own targets keep their order, all others are put in the mode's.
/// </summary>
internal static class RoutePlanner
{
    /// <summary>Builds the plan.</summary>
    /// <exception cref="Dialects.OpenAi.InvalidRequestException">The request asks for a mode that it may not have.</exception>
    public static RoutePlan Build(
        Route route,
        RoutingSnapshot snapshot,
        RequestFacts facts,
        ITargetFigures figures,
        Func<Random> random
    )
    {
        Policy? policy = route.Policy;
        RoutingMode mode = ModeChoice.Of(policy, facts.Header(ModeChoice.Header));
        Classified data = facts.ClassifiedBy(policy);
        RouteFence fence = new(mode, data);
        CandidateSet set = new(route, snapshot, facts, figures, fence);
        if (route is Route.OfModel direct)
        {
            set.AddModel(direct.Model, "named");
            return Plan(set, rule: null, new RoutingLimits(), mode, data, facts);
        }

        RoutingLimits limits = policy?.Spec.Limits ?? new RoutingLimits();
        if (policy?.Problem is { } problem)
        {
            return new RoutePlan([], [problem], Rule: null, limits) { Mode = mode };
        }

        CompiledRule? rule = policy?.Rules.FirstOrDefault(r => RuleMatcher.Matches(r, facts, policy));
        if (rule is not null)
        {
            Random draws = WeightedDraw.For(policy!.Key.ToString(), rule.Rule, facts, random);
            set.AddAll(
                WeightedDraw.Draw(rule.Rule.Targets, draws),
                $"rule {rule.Rule.Name}",
                inOrderOfMode: false
            );
        }

        if (rule?.Rule.OnUnavailable != UnavailableAction.Fail)
        {
            IEnumerable<RouteTarget> own = route is Route.OfRole role
                ? role.Role.Targets
                : policy?.Spec.Targets ?? [];
            // A role without a policy states its own order of preference.
            set.AddAll(own, rule is null ? "target" : "fallback", inOrderOfMode: policy is not null);
            set.AddAll(policy?.Spec.Fallback ?? [], "fallback", inOrderOfMode: true);
        }

        RoutePlan plan = Plan(set, rule?.Rule.Name, limits, mode, data, facts) with
        {
            Balancing = policy?.Spec.Balancing ?? BalancingStrategy.PrefixAffinity,
        };
        return policy is null
            ? plan
            : ShadowChoice.AddTo(
                plan with
                {
                    ColdStart = policy.Spec.ColdStart,
                },
                rule?.Rule.Shadow ?? policy.Spec.Shadow,
                policy.Key,
                facts,
                new CandidateSet(route, snapshot, facts, figures, fence)
            );
    }

    private static RoutePlan Plan(
        CandidateSet set,
        string? rule,
        RoutingLimits limits,
        RoutingMode mode,
        Classified data,
        RequestFacts facts
    ) =>
        new(set.InOrder(mode), set.Refusals, rule, limits)
        {
            Mode = mode,
            PromptTokens = facts.PromptTokens,
            ExactPromptTokens = facts.ExactPromptTokens,
            Data = data,
            Complexity = facts.ComplexityIfAsked,
            Rejection = set.Rejection,
        };
}
