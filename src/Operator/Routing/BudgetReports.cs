using System.Collections.Concurrent;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Caching;
using LlmOperator.Controllers.Reconciling;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Serialization;

namespace LlmOperator.Operator.Routing;

/// <summary>
/// Says in the status of policies, roles and keys what their budgets' ledgers hold. Ledgers change with the traffic; a
/// status is written for them at most every five seconds. Thread-safe.
/// </summary>
internal sealed class BudgetReports(ILister<BudgetLedger> ledgers, TimeProvider time)
{
    private static readonly TimeSpan s_pace = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<(string Kind, ObjectKey Key), long> _reported = new();

    /// <summary>What to write now, and when to come again because there is more to write.</summary>
    public (IReadOnlyList<BudgetStatus>? Budgets, ReconcileResult Again) Of(
        string kind,
        ObjectKey owner,
        IReadOnlyList<Budget>? budgets,
        IReadOnlyList<BudgetStatus>? present
    )
    {
        if (budgets is null or { Count: 0 })
        {
            _reported.TryRemove((kind, owner), out _);
            return (null, ReconcileResult.Finished);
        }

        BudgetStatus[] wanted = [.. budgets.Select(b => StatusOf(kind, owner, b))];
        if (present is not null && KubernetesJson.AreEqual(present, wanted))
        {
            return (present, ReconcileResult.Finished);
        }

        if (present is not null && _reported.TryGetValue((kind, owner), out long reported))
        {
            TimeSpan wait = s_pace - time.GetElapsedTime(reported);
            if (wait > TimeSpan.Zero)
            {
                return (present, ReconcileResult.After(wait));
            }
        }

        _reported[(kind, owner)] = time.GetTimestamp();
        return (wanted, ReconcileResult.Finished);
    }

    /// <summary>From a ledger to the object that has the budget.</summary>
    public static Func<BudgetLedger?, BudgetLedger?, IEnumerable<ObjectKey>> OwnersOf(string kind) =>
        (old, now) =>
            (now ?? old) is { } ledger
            && ledger.Spec.Owner.Kind == kind
            && ledger.Spec.Owner.Budget != BudgetLedgerName.Limits
                ? [new ObjectKey(ledger.Metadata.Namespace, ledger.Spec.Owner.Name)]
                : [];

    private BudgetStatus StatusOf(string kind, ObjectKey owner, Budget budget)
    {
        long limit = BudgetAmounts.LimitOf(budget);
        BudgetLedger? ledger = ledgers.Find(
            new ObjectKey(owner.Namespace, BudgetLedgerName.Of(kind, owner.Name, budget))
        );
        LedgerPeriod period = ledger?.Spec.Periods is [var present, ..]
            ? present
            : new LedgerPeriod { Start = BudgetAmounts.StartOf(budget.Period, time.GetUtcNow()) };
        long leased = period.Leases.Sum(l => l.Amount);
        long remaining = limit - period.Spent - period.Forfeited - leased;
        return new BudgetStatus
        {
            Name = budget.Name,
            PeriodStart = period.Start,
            Limit = BudgetAmounts.Text(budget, limit),
            Spent = BudgetAmounts.Text(budget, period.Spent),
            Reserved = BudgetAmounts.Text(budget, period.Leases.Sum(l => l.Reserved)),
            Leased = BudgetAmounts.Text(budget, leased),
            Forfeited = period.Forfeited == 0 ? null : BudgetAmounts.Text(budget, period.Forfeited),
            Remaining = BudgetAmounts.Text(budget, Math.Max(0, remaining)),
        };
    }
}
