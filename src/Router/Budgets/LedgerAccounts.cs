using LlmOperator.Api.V1Alpha1;

namespace LlmOperator.Router.Budgets;

/// <summary>
/// The arithmetic of a ledger. Pure. Spent, forfeited and leased together never pass the limit by a grant, and what was
/// spent or forfeited never becomes less.
/// </summary>
internal static class LedgerAccounts
{
    /// <summary>The ledger with a period at its head: periods before the last one are dropped. A later head stays, whatever a clock says.</summary>
    public static BudgetLedgerSpec WithPeriod(BudgetLedgerSpec ledger, DateTimeOffset start) =>
        ledger.Periods is [var head, ..] && head.Start >= start
            ? ledger
            : ledger with
            {
                Periods = [new LedgerPeriod { Start = start }, .. ledger.Periods.Take(1)],
            };

    /// <summary>What nobody has spent or holds.</summary>
    public static long Free(LedgerPeriod period, long limit) =>
        Math.Max(0, limit - period.Spent - period.Forfeited - period.Leases.Sum(l => l.Amount));

    /// <summary>Ends the leases of lost routers. What they held may have been spent: it is forfeited.</summary>
    public static LedgerPeriod WithoutLost(LedgerPeriod period, Func<LedgerLease, bool> isLost)
    {
        LedgerLease[] lost = [.. period.Leases.Where(isLost)];
        return lost.Length == 0
            ? period
            : period with
            {
                Forfeited = period.Forfeited + lost.Sum(l => l.Amount),
                Leases = [.. period.Leases.Except(lost)],
            };
    }

    /// <summary>Writes a router's own entry.</summary>
    public static LedgerPeriod With(LedgerPeriod period, string holder, LedgerEntry entry)
    {
        IEnumerable<LedgerLease> others = period.Leases.Where(l => l.Holder != holder);
        return period with
        {
            Spent = period.Spent + entry.Charge,
            Leases = entry.Lease is null ? [.. others] : [.. others, entry.Lease],
        };
    }

    /// <summary>How much to hold: what is needed, and some more for the requests to come, which shrinks as the budget empties.</summary>
    /// <param name="held">What is held after charges.</param>
    /// <param name="reserved">The part of it that requests under way have reserved.</param>
    /// <param name="wanted">What waiting requests want beyond that.</param>
    /// <param name="slack">What may be held beyond, for requests to come.</param>
    /// <param name="free">What nobody holds.</param>
    public static long Hold(long held, long reserved, long wanted, long slack, long free)
    {
        long need = reserved + wanted;
        if (need > held + free)
        {
            // All that is free would not do: it is left to others.
            return Math.Max(reserved, Math.Min(held, reserved + slack));
        }

        long spare = Math.Min(slack, (held + free - need) / 16);
        return need + spare;
    }
}
