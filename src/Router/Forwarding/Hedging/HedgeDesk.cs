using System.Collections.Concurrent;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Router.Policies;
using LlmOperator.Router.Statistics;

namespace LlmOperator.Router.Forwarding.Hedging;

/// <summary>Says whether and when a request gets a second attempt. Thread-safe.</summary>
internal sealed class HedgeDesk(RouterStatistics statistics)
{
    private readonly ConcurrentDictionary<ObjectKey, HedgeShare> _shares = [];

    /// <summary>The share of a policy; null when the request gets no second attempt, which is so without a policy that asks for it.</summary>
    public HedgeShare? Count(Route route, bool isStream)
    {
        if (!isStream || route.Policy is not { Spec.Hedging: { } settings } policy)
        {
            return null;
        }

        HedgeShare share = _shares.GetOrAdd(policy.Key, _ => new HedgeShare());
        share.Count(settings.Percent);
        return share;
    }

    /// <summary>How long the first attempt has for itself; null while too little was measured of its target.</summary>
    public TimeSpan? WaitOf(Candidate candidate, RoutePlan plan, HedgedRequests settings)
    {
        TargetFigures figures = statistics.Of(candidate.Name);
        int prompt = candidate.Estimate?.PromptTokens ?? plan.PromptTokens;
        if (figures.FirstTokenP95Of(prompt) is not { } seconds)
        {
            return null;
        }

        TimeSpan wait = TimeSpan.FromSeconds(seconds);
        return wait > settings.LeastWait.Value ? wait : settings.LeastWait.Value;
    }
}
