using LlmOperator.Api.V1Alpha1;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Resources;
using LlmOperator.Router.Budgets;

namespace LlmOperator.Router.Limits;

/// <summary>The request limits of a key, role or policy, ready for requests.</summary>
internal sealed record CompiledLimits
{
    /// <summary>Name of the ledger in which the routers share them.</summary>
    public required ObjectKey Ledger { get; init; }

    /// <summary>Whose limits they are.</summary>
    public required LedgerOwner Owner { get; init; }

    /// <summary>Owner reference of the ledger; null for an object that the server has given no identity.</summary>
    public required OwnerReference? OwnerReference { get; init; }

    /// <summary>The limits as they were written.</summary>
    public required RequestLimits Spec { get; init; }

    /// <summary>The limits of an object; null when it has none.</summary>
    public static CompiledLimits? Of(KubernetesObject owner, RequestLimits? limits)
    {
        if (limits is null)
        {
            return null;
        }

        string kind = ResourceDefinition.For(owner.GetType()).Kind;
        return new CompiledLimits
        {
            Ledger = new ObjectKey(owner.Metadata.Namespace, BudgetLedgerName.OfLimits(kind, owner.Key.Name)),
            Owner = new LedgerOwner
            {
                Kind = kind,
                Name = owner.Key.Name,
                Budget = BudgetLedgerName.Limits,
            },
            OwnerReference = LedgerOwnerReference.Of(owner),
            Spec = limits,
        };
    }

    /// <summary>For messages.</summary>
    public override string ToString() =>
        Owner.Kind switch
        {
            nameof(RouterKey) => "The API key",
            nameof(WorkerRole) => $"The role \"{Owner.Name}\"",
            _ => $"The routing policy \"{Owner.Name}\"",
        };
}
