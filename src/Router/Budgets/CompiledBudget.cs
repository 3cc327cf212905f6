using LlmOperator.Api.V1Alpha1;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Resources;

namespace LlmOperator.Router.Budgets;

/// <summary>A budget, ready for requests. Two are the same budget when their ledgers are.</summary>
internal sealed record CompiledBudget
{
    /// <summary>The ledger's name; says what is counted, over which time, and whose it is.</summary>
    public required ObjectKey Ledger { get; init; }

    /// <summary>Whose budget it is.</summary>
    public required LedgerOwner Owner { get; init; }

    /// <summary>Owner reference of the ledger; null for an object that the server has given no identity.</summary>
    public required OwnerReference? OwnerReference { get; init; }

    /// <summary>The budget as it was written.</summary>
    public required Budget Spec { get; init; }

    /// <summary>What may be spent in a period.</summary>
    public required long Limit { get; init; }

    /// <summary>Whether it counts money, in billionths of a dollar; tokens otherwise.</summary>
    public bool CountsMoney => Spec.Usd is not null;

    /// <summary>Whether local models are left alone by it.</summary>
    public bool SparesLocal => Spec.OnExceeded == BudgetExceededAction.LocalOnly;

    /// <summary>For messages.</summary>
    public override string ToString() =>
        $"the budget \"{Spec.Name}\" of {Owner.Kind} \"{Owner.Name}\" ({BudgetAmounts.Text(Spec, Limit)} "
        + $"{(CountsMoney ? "USD" : "tokens")} per {Spec.Period.ToString().ToLowerInvariant()})";

    /// <summary>The budgets of an object.</summary>
    public static IReadOnlyList<CompiledBudget> Of(KubernetesObject owner, IReadOnlyList<Budget>? budgets)
    {
        if (budgets is null or { Count: 0 })
        {
            return [];
        }

        ResourceDefinition kind = ResourceDefinition.For(owner.GetType());
        OwnerReference? reference = LedgerOwnerReference.Of(owner);
        return
        [
            .. budgets.Select(budget => new CompiledBudget
            {
                Ledger = new ObjectKey(
                    owner.Metadata.Namespace,
                    BudgetLedgerName.Of(kind.Kind, owner.Key.Name, budget)
                ),
                Owner = new LedgerOwner
                {
                    Kind = kind.Kind,
                    Name = owner.Key.Name,
                    Budget = budget.Name,
                },
                OwnerReference = reference,
                Spec = budget,
                Limit = BudgetAmounts.LimitOf(budget),
            }),
        ];
    }
}
