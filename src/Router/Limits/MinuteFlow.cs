namespace LlmOperator.Router.Limits;

/// <summary>
/// A minute's worth of something that fills steadily, its level written as one moment: until when what was taken is paid
/// for (the generic cell rate algorithm). A minute ahead of now it is empty, at now or before it is full.
/// </summary>
/// <param name="PerMinute">What fits, and what flows in a minute.</param>
internal readonly record struct MinuteFlow(int PerMinute)
{
    // Moments are kept in microseconds, and each step is rounded against whoever takes. As much as many small steps can
    // lose by it counts as there: else the last of a limit could never be had.
    private const long Grain = TimeSpan.TicksPerMicrosecond;
    private const long Tolerance = 100 * Grain;

    /// <summary>What is there, whole; below zero when more was taken than flows in a minute.</summary>
    public long Free(DateTimeOffset? paidUntil, DateTimeOffset now)
    {
        long ticks = Math.Min(
            TimeSpan.TicksPerMinute,
            TimeSpan.TicksPerMinute + Tolerance - Ahead(paidUntil, now)
        );
        Int128 amount = (Int128)ticks * PerMinute;
        Int128 whole = amount / TimeSpan.TicksPerMinute;
        return (long)(amount < 0 && whole * TimeSpan.TicksPerMinute != amount ? whole - 1 : whole);
    }

    /// <summary>The moment after so much was taken; below zero gives back.</summary>
    public DateTimeOffset Take(DateTimeOffset? paidUntil, DateTimeOffset now, long amount)
    {
        DateTimeOffset start = now.AddTicks(Ahead(paidUntil, now));
        long ticks = TicksOf(Math.Abs(amount));
        return amount >= 0 ? RoundUp(start.AddTicks(ticks)) : RoundUp(start.AddTicks(-ticks + 1));
    }

    /// <summary>How long until so much is there; zero when it is. More than fits counts as all that fits.</summary>
    public TimeSpan WaitFor(DateTimeOffset? paidUntil, DateTimeOffset now, long amount)
    {
        long ticks = Ahead(paidUntil, now) + TicksOf(Math.Min(amount, PerMinute)) - TimeSpan.TicksPerMinute;
        return TimeSpan.FromTicks(ticks > Tolerance ? ticks : 0);
    }

    private static long Ahead(DateTimeOffset? paidUntil, DateTimeOffset now) =>
        paidUntil > now ? (paidUntil.Value - now).Ticks : 0;

    private static DateTimeOffset RoundUp(DateTimeOffset moment) =>
        moment.Ticks % Grain is var rest and > 0 ? moment.AddTicks(Grain - rest) : moment;

    // Rounded up.
    private long TicksOf(long amount) =>
        (long)((((Int128)amount * TimeSpan.TicksPerMinute) + PerMinute - 1) / PerMinute);
}
