using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Resources;

namespace LlmOperator.Controllers.Ownership;

/// <summary>Makes and reads owner references (C46).</summary>
public static class OwnerReferences
{
    /// <summary>The controller reference to an owner that the server knows.</summary>
    /// <exception cref="ArgumentException">The owner has no name or UID: it was never read from the server.</exception>
    public static OwnerReference ControllerOf(KubernetesObject owner)
    {
        ResourceDefinition definition = ResourceDefinition.For(owner.GetType());
        return new OwnerReference
        {
            ApiVersion = definition.ApiVersion,
            Kind = definition.Kind,
            Name = owner.Key.Name,
            Uid =
                owner.Metadata.Uid
                ?? throw new ArgumentException(
                    $"{definition.Kind} {owner.Key} has no metadata.uid; read it from the server first.",
                    nameof(owner)
                ),
            Controller = true,
            BlockOwnerDeletion = true,
        };
    }

    /// <summary>The owner references of an object with <paramref name="owner"/> as its controller.</summary>
    /// <exception cref="InvalidOperationException">
    /// Another controller owns the object, or the owner may not own it: it is in another namespace, or namespaced
    /// while the object is not.
    /// </exception>
    public static IReadOnlyList<OwnerReference> WithController(KubernetesObject obj, KubernetesObject owner)
    {
        RequireOwnable(obj, owner);
        OwnerReference reference = ControllerOf(owner);
        IReadOnlyList<OwnerReference> current = obj.Metadata.OwnerReferences ?? [];
        OwnerReference? other = current.FirstOrDefault(r => r.Controller == true && !IsSame(r, reference));
        return other is null
            ? [.. current.Where(r => !IsSame(r, reference)), reference]
            : throw new InvalidOperationException(
                $"{obj.Key} is already controlled by {other.Kind} {other.Name}."
            );
    }

    /// <summary>The controller reference of an object, or null.</summary>
    public static OwnerReference? ControllerReference(KubernetesObject obj) =>
        obj.Metadata.OwnerReferences?.FirstOrDefault(r => r.Controller == true);

    /// <summary>True when the object's controller is this very owner: same group, kind, name and UID.</summary>
    public static bool IsControlledBy(KubernetesObject obj, KubernetesObject owner)
    {
        OwnerReference? reference = ControllerReference(obj);
        ResourceDefinition definition = ResourceDefinition.For(owner.GetType());
        return reference is not null
            && GroupOf(reference.ApiVersion) == definition.Group
            && reference.Kind == definition.Kind
            && reference.Name == owner.Metadata.Name
            && reference.Uid == owner.Metadata.Uid;
    }

    /// <summary>
    /// True when an object without a controller may be adopted: neither side is being deleted. Ask with an owner that
    /// was read live, not from the cache.
    /// </summary>
    public static bool MayAdopt(KubernetesObject obj, KubernetesObject liveOwner) =>
        ControllerReference(obj) is null && !obj.IsBeingDeleted && !liveOwner.IsBeingDeleted;

    /// <summary>Group of an API version such as <c>apps/v1</c>; empty for the core group.</summary>
    internal static string GroupOf(string apiVersion)
    {
        int slash = apiVersion.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? "" : apiVersion[..slash];
    }

    private static void RequireOwnable(KubernetesObject obj, KubernetesObject owner)
    {
        string? ownerNamespace = owner.Key.Namespace;
        string? objectNamespace = obj.Key.Namespace;
        if (ownerNamespace is not null && ownerNamespace != objectNamespace)
        {
            throw new InvalidOperationException(
                objectNamespace is null
                    ? $"{obj.Key} has no namespace and cannot be owned by the namespaced {owner.Key}."
                    : $"{obj.Key} cannot be owned by {owner.Key} of another namespace."
            );
        }
    }

    private static bool IsSame(OwnerReference left, OwnerReference right) =>
        GroupOf(left.ApiVersion) == GroupOf(right.ApiVersion)
        && left.Kind == right.Kind
        && left.Name == right.Name;
}
