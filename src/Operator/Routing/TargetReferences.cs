using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Caching;
using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Operator.Routing;

/// <summary>Checks that what routing objects name exists, in their own namespace.</summary>
internal sealed class TargetReferences(
    ILister<LlmModel> models,
    ILister<InferenceProvider> providers,
    ILister<WorkerRole> roles,
    ILister<RoutingPolicy> policies
)
{
    /// <summary>A problem for each target that names something that does not exist.</summary>
    public IEnumerable<RoutingProblem> Missing(
        string? ns,
        IEnumerable<(string Path, RouteTarget Target)> targets
    )
    {
        foreach ((string path, RouteTarget target) in targets)
        {
            if (Problem(ns, target) is { } problem)
            {
                yield return new RoutingProblem(ConditionReason.ReferenceNotFound, $"{path}: {problem}.");
            }
        }
    }

    /// <summary>A problem when a policy does not exist.</summary>
    public IEnumerable<RoutingProblem> MissingPolicy(string? ns, string path, string? policy) =>
        policy is null || policies.Find(new ObjectKey(ns, policy)) is not null
            ? []
            : [NotFound(path, "RoutingPolicy", policy)];

    /// <summary>A problem for each role that does not exist.</summary>
    public IEnumerable<RoutingProblem> MissingRoles(string? ns, string path, IEnumerable<string> names) =>
        names
            .Where(n => roles.Find(new ObjectKey(ns, n)) is null)
            .Select(n => NotFound(path, "WorkerRole", n));

    private string? Problem(string? ns, RouteTarget target)
    {
        if (target.Provider is not { } provider)
        {
            return target.Model is null || models.Find(new ObjectKey(ns, target.Model)) is not null
                ? null
                : $"LlmModel \"{target.Model}\" does not exist in namespace \"{ns}\"; create it";
        }

        if (providers.Find(new ObjectKey(ns, provider)) is not { } found)
        {
            return $"InferenceProvider \"{provider}\" does not exist in namespace \"{ns}\"; create it";
        }

        return target.Model is null || found.Spec.Models.Any(m => m.Name == target.Model)
            ? null
            : $"InferenceProvider \"{provider}\" lists no model \"{target.Model}\"; it has "
                + string.Join(", ", found.Spec.Models.Select(m => m.Name));
    }

    private static RoutingProblem NotFound(string path, string kind, string name) =>
        new(ConditionReason.ReferenceNotFound, $"{path}: {kind} \"{name}\" does not exist; create it.");
}
