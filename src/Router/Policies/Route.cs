using LlmOperator.Kubernetes.Meta;
using LlmOperator.Router.Configuration;
using LlmOperator.Router.Dialects.OpenAi;

namespace LlmOperator.Router.Policies;

/// <summary>What the name in a request's <c>model</c> field means. Closed.</summary>
/// <param name="Namespace">Namespace in which its targets are looked up.</param>
/// <param name="Policy">Policy that holds; null for none.</param>
internal abstract record Route(string? Namespace, Policy? Policy)
{
    /// <summary>What is added to the request.</summary>
    public virtual RequestDefaults Defaults => RequestDefaults.None;

    /// <summary>A model by its own name.</summary>
    public sealed record OfModel(LocalModel Model) : Route(Model.Key.Namespace, null);

    /// <summary>A role.</summary>
    public sealed record OfRole(Role Role, Policy? Follows) : Route(Role.Key.Namespace, Follows)
    {
        /// <inheritdoc/>
        public override RequestDefaults Defaults => Role.Defaults;
    }

    /// <summary>A policy, by its name or one that it maps.</summary>
    public sealed record OfPolicy(Policy Followed) : Route(Followed.Key.Namespace, Followed);

    /// <summary>Looks a name up: a model, then a role, then a policy's name, then a name that a policy maps. <c>namespace/name</c> reaches other namespaces.</summary>
    /// <returns>Null when nobody has the name.</returns>
    public static Route? Find(RoutingSnapshot snapshot, string name, string defaultNamespace)
    {
        Route? route = Find(snapshot, new ObjectKey(defaultNamespace, name));
        int slash = name.IndexOf('/', StringComparison.Ordinal);
        return route is null && slash > 0 && slash < name.Length - 1
            ? Find(snapshot, new ObjectKey(name[..slash], name[(slash + 1)..]))
            : route;
    }

    private static Route? Find(RoutingSnapshot snapshot, ObjectKey key)
    {
        if (snapshot.Models.TryGetValue(key, out LocalModel? model))
        {
            return new OfModel(model);
        }

        if (snapshot.Roles.TryGetValue(key, out Role? role))
        {
            Policy? follows = role.PolicyName is null
                ? null
                : snapshot.Policies.GetValueOrDefault(new ObjectKey(key.Namespace, role.PolicyName))
                    ?? Missing(new ObjectKey(key.Namespace, role.PolicyName), key);
            return new OfRole(role, follows);
        }

        return
            snapshot.Policies.TryGetValue(key, out Policy? policy)
            || snapshot.PoliciesByModelName.TryGetValue(key, out policy)
            ? new OfPolicy(policy)
            : null;
    }

    // A policy may be the fence that keeps requests in: without it nothing is routed.
    private static Policy Missing(ObjectKey policy, ObjectKey role) =>
        new(
            policy,
            DateTimeOffset.UnixEpoch,
            new Api.V1Alpha1.RoutingPolicySpec(),
            [],
            $"role {role} follows routing policy {policy.Name}, which does not exist"
        );
}
