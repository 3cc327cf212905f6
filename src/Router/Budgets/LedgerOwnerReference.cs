using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Resources;

namespace LlmOperator.Router.Budgets;

/// <summary>The reference by which a ledger vanishes with the object that it counts for.</summary>
internal static class LedgerOwnerReference
{
    /// <summary>Null for an object that the server has given no identity.</summary>
    public static OwnerReference? Of(KubernetesObject owner)
    {
        ResourceDefinition kind = ResourceDefinition.For(owner.GetType());
        return owner.Metadata.Uid is { Length: > 0 } uid
            ? new OwnerReference
            {
                ApiVersion = $"{kind.Group}/{kind.Version}",
                Kind = kind.Kind,
                Name = owner.Key.Name,
                Uid = uid,
            }
            : null;
    }
}
