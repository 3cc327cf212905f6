namespace LlmOperator.Router.Budgets;

/// <summary>A part of a budget that one request may spend. Ends once, by <see cref="Settle"/>.</summary>
internal sealed class Reservation(BudgetShare share, HeldPeriod period, int losses, long amount)
{
    private int _ended;

    /// <summary>What was reserved.</summary>
    public long Amount => amount;

    /// <summary>The period that pays.</summary>
    public HeldPeriod Period => period;

    /// <summary>The period's losses when it was made.</summary>
    public int Losses => losses;

    /// <summary>Charges what was spent, which may be more than was reserved, and gives the rest back. Further calls do nothing.</summary>
    public void Settle(long spent)
    {
        if (Interlocked.Exchange(ref _ended, 1) == 0)
        {
            share.Settle(this, Math.Max(0, spent));
        }
    }
}
