using LlmOperator.Api.V1Alpha1;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Router.Configuration;

namespace LlmOperator.Router.Policies;

/// <summary>The numbers of tokens at which a route changes: bounds of rules, and windows of its local models. Pure.</summary>
internal static class TokenBounds
{
    // An estimate by characters is seldom further off on ordinary text.
    private const double Near = 0.1;

    /// <summary>All of them.</summary>
    public static IEnumerable<int> Of(Route route, IEnumerable<LocalReplica> replicas) =>
        (route.Policy?.Rules ?? [])
            .SelectMany(r => new[] { r.Rule.Match.PromptTokens?.Above, r.Rule.Match.PromptTokens?.Below })
            .OfType<int>()
            .Concat(replicas.Select(r => r.ContextLength).Where(c => c > 0));

    /// <summary>True when the estimate is within a tenth of a bound.</summary>
    public static bool IsNear(int estimate, IEnumerable<int> bounds) =>
        bounds.Any(b => Math.Abs((long)estimate - b) <= b * Near);

    /// <summary>Replicas of the local models that the route names.</summary>
    public static IEnumerable<LocalReplica> Replicas(Route route, RoutingSnapshot snapshot)
    {
        if (route is Route.OfModel named)
        {
            return named.Model.Replicas;
        }

        IEnumerable<RouteTarget> targets =
        [
            .. (route as Route.OfRole)?.Role.Targets ?? [],
            .. (route.Policy?.Spec.Rules ?? []).SelectMany(r => r.Targets),
            .. route.Policy?.Spec.Targets ?? [],
            .. route.Policy?.Spec.Fallback ?? [],
        ];
        return targets
            .Where(t => t.Provider is null && t.Model is not null)
            .Select(t => snapshot.Models.GetValueOrDefault(new ObjectKey(route.Namespace, t.Model!)))
            .OfType<LocalModel>()
            .SelectMany(m => m.Replicas);
    }
}
