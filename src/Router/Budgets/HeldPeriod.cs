namespace LlmOperator.Router.Budgets;

/// <summary>What this router holds of one period of a budget. Guarded by the lock of its <see cref="BudgetShare"/>.</summary>
/// <param name="start">When the period began.</param>
internal sealed class HeldPeriod(DateTimeOffset start)
{
    /// <summary>When the period began.</summary>
    public DateTimeOffset Start => start;

    /// <summary>What the ledger says that we hold, as far as we know.</summary>
    public long Lease { get; set; }

    /// <summary>What requests under way have reserved of it.</summary>
    public long Reserved { get; set; }

    /// <summary>What was charged and is not yet in the ledger.</summary>
    public long Pending { get; set; }

    /// <summary>Counts the leases that were lost: reservations of a lost one are paid for by what was forfeited.</summary>
    public int Losses { get; set; }

    /// <summary>What can be reserved at once, whichever of the writes under way has happened.</summary>
    public long AvailableWith(IEnumerable<LedgerWrite> underWay)
    {
        long held = Lease;
        foreach (LedgerWrite write in underWay)
        {
            foreach ((DateTimeOffset start, LedgerEntry entry) in write.Entries)
            {
                // After it, what it charges is no longer pending.
                held = start == Start ? Math.Min(held, (entry.Lease?.Amount ?? 0) + entry.Charge) : held;
            }
        }

        return held - Reserved - Pending;
    }

    /// <summary>The ledger says that we hold nothing: others took us for lost. What was held counts as spent there.</summary>
    public void Lose()
    {
        Pending = Math.Max(0, Pending - Lease);
        Lease = 0;
        Reserved = 0;
        Losses++;
    }
}
