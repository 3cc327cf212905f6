namespace LlmOperator.Router.Limits;

/// <summary>
/// The part of a limit a minute that this router has taken and not yet used; below zero when requests used more than
/// was estimated. Not thread-safe.
/// </summary>
/// <param name="perMinute">The limit.</param>
internal sealed class MinuteHolding(int perMinute)
{
    // A second's worth at first; with traffic up to six seconds' worth, so that a busy router asks every few seconds.
    private readonly long _least = (perMinute + 59L) / 60;
    private readonly long _most = Math.Max(1, perMinute / 10);
    private long _part = (perMinute + 59L) / 60;

    /// <summary>The limit.</summary>
    public int PerMinute => perMinute;

    /// <summary>What is held.</summary>
    public long Held { get; private set; }

    /// <summary>What is missing for so much; more than fits in a minute counts as all that fits.</summary>
    public long MissingFor(long amount) => Math.Max(0, Math.Min(amount, perMinute) - Held);

    /// <summary>How much is asked for, where there is as much.</summary>
    public long PartFor(long amount) => Math.Max(MissingFor(amount), _part);

    /// <summary>Uses; below zero puts back.</summary>
    public void Use(long amount) => Held = Math.Min(perMinute, Held - amount);

    /// <summary>A part was taken because the last one is used up.</summary>
    public void Gain(long amount)
    {
        Held += amount;
        if (amount > 0)
        {
            _part = Math.Min(_part * 2, Math.Max(_least, _most));
        }
    }

    /// <summary>Lets go of the debt, zero for none: the ledger takes it over.</summary>
    public long ReleaseDebt()
    {
        long debt = Math.Max(0, -Held);
        Held += debt;
        return debt;
    }

    /// <summary>Lets go of what is held; below zero for a debt.</summary>
    public long Release()
    {
        long held = Held;
        Held = 0;
        _part = _least;
        return held;
    }
}
