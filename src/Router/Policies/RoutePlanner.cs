using LlmOperator.Api.V1Alpha1;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Router.Classification;
using LlmOperator.Router.Configuration;

namespace LlmOperator.Router.Policies;

/// <summary>
/// Decides where a request may go. Pure: route, snapshot, facts and random numbers in, plan out.
/// The mode is a fence over everything; a rule's own targets keep their order, all others are put in the mode's.
/// </summary>
internal static class RoutePlanner
{
    /// <summary>Builds the plan.</summary>
    public static RoutePlan Build(Route route, RoutingSnapshot snapshot, RequestFacts facts, Random random)
    {
        if (route is Route.OfModel direct)
        {
            return new RoutePlan(
                [new Candidate.Local(direct.Model, "named")],
                [],
                Rule: null,
                new RoutingLimits()
            );
        }

        Policy? policy = route.Policy;
        RoutingLimits limits = policy?.Spec.Limits ?? new RoutingLimits();
        if (policy?.Problem is { } problem)
        {
            return new RoutePlan([], [problem], Rule: null, limits);
        }

        RoutingMode mode = policy?.Spec.Mode ?? RoutingMode.LocalFirst;
        Classified data = facts.ClassifiedBy(policy);
        CompiledRule? rule = policy?.Rules.FirstOrDefault(r => RuleMatcher.Matches(r, facts, policy));
        Collector collector = new(route.Namespace, snapshot, facts, mode, data);
        if (rule is not null)
        {
            collector.AddAll(
                DrawByWeight(rule.Rule.Targets, random),
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
            collector.AddAll(own, rule is null ? "target" : "fallback", inOrderOfMode: policy is not null);
            collector.AddAll(policy?.Spec.Fallback ?? [], "fallback", inOrderOfMode: true);
        }

        return new RoutePlan(collector.Candidates(), collector.Refusals, rule?.Rule.Name, limits)
        {
            Data = data,
            Complexity = facts.ComplexityIfAsked,
        };
    }

    // One target is drawn by weight, then one of the rest, and so on; weight 0 is never drawn.
    private static List<RouteTarget> DrawByWeight(IReadOnlyList<RouteTarget> targets, Random random)
    {
        List<RouteTarget> left = [.. targets.Where(t => Share(t) > 0)];
        List<RouteTarget> drawn = [];
        while (left.Count > 0)
        {
            int point = random.Next(left.Sum(Share));
            int index = 0;
            while (point >= Share(left[index]))
            {
                point -= Share(left[index++]);
            }

            drawn.Add(left[index]);
            left.RemoveAt(index);
        }

        return drawn;
    }

    private sealed class Collector(
        string? ns,
        RoutingSnapshot snapshot,
        RequestFacts facts,
        RoutingMode mode,
        Classified data
    )
    {
        private readonly List<(Candidate Candidate, bool InOrderOfMode)> _found = [];
        private readonly HashSet<string> _names = [];

        public List<string> Refusals { get; } = [];

        public void AddAll(IEnumerable<RouteTarget> targets, string reason, bool inOrderOfMode)
        {
            foreach (RouteTarget target in targets)
            {
                if (Resolve(target, reason) is { } candidate && _names.Add(candidate.Name))
                {
                    _found.Add((candidate, inOrderOfMode));
                }
            }
        }

        public List<Candidate> Candidates()
        {
            bool cloudFirst = mode == RoutingMode.CloudFirst;
            return
            [
                .. _found
                    .Where(f => !f.InOrderOfMode)
                    .Concat(
                        _found
                            .Where(f => f.InOrderOfMode)
                            .OrderBy(f => f.Candidate is Candidate.Remote != cloudFirst)
                    )
                    .Select(f => f.Candidate),
            ];
        }

        private Candidate? Resolve(RouteTarget target, string reason) =>
            target.Provider is null ? ResolveLocal(target, reason) : ResolveRemote(target, reason);

        private Candidate.Local? ResolveLocal(RouteTarget target, string reason)
        {
            if (mode == RoutingMode.CloudOnly)
            {
                return Refuse<Candidate.Local>($"model \"{target.Model}\": the policy's mode is CloudOnly");
            }

            return
                target.Model is not null
                && snapshot.Models.TryGetValue(new ObjectKey(ns, target.Model), out LocalModel? model)
                ? new Candidate.Local(model, reason)
                : Refuse<Candidate.Local>($"model \"{target.Model}\" does not exist");
        }

        private Candidate.Remote? ResolveRemote(RouteTarget target, string reason)
        {
            if (mode == RoutingMode.LocalOnly)
            {
                return Refuse<Candidate.Remote>(
                    $"provider \"{target.Provider}\": the policy's mode is LocalOnly"
                );
            }

            if (data.Leaving == DataLeaving.Forbidden)
            {
                return Refuse<Candidate.Remote>(
                    $"provider \"{target.Provider}\": the request holds {data.WhatMayNotLeave()}, which may not leave"
                );
            }

            if (!snapshot.Providers.TryGetValue(new ObjectKey(ns, target.Provider!), out Provider? provider))
            {
                return Refuse<Candidate.Remote>($"provider \"{target.Provider}\" does not exist");
            }

            if (provider.Problem is { } problem)
            {
                return Refuse<Candidate.Remote>(problem);
            }

            if (target.Model is null || !provider.Models.TryGetValue(target.Model, out ProviderModel? model))
            {
                return Refuse<Candidate.Remote>(
                    $"provider \"{target.Provider}\" offers no model \"{target.Model}\""
                );
            }

            long wanted = (long)facts.PromptTokens + (facts.MaxTokens ?? 0);
            return wanted > model.ContextLength
                ? Refuse<Candidate.Remote>(
                    $"provider \"{target.Provider}\" model \"{target.Model}\": about {wanted} tokens are wanted, {model.ContextLength} fit"
                )
                : new Candidate.Remote(provider, model, reason)
                {
                    IsRedacted = data.Leaving == DataLeaving.Redacted,
                };
        }

        private T? Refuse<T>(string reason)
            where T : Candidate
        {
            Refusals.Add(reason);
            return null;
        }
    }

    private static int Share(RouteTarget target) => target.Weight ?? 1;
}
