namespace LlmOperator.NodeAgent.Pulling;

/// <summary>Units in a row that one connection fetches. Only <see cref="UnitScheduler"/> changes it.</summary>
internal sealed class UnitLease(IUnitSource source, int first, int end, TimeSpan startedAt)
{
    public IUnitSource Source { get; } = source;

    public int First { get; } = first;

    /// <summary>The unit after the last; others may take units away from the end.</summary>
    public int End { get; set; } = end;

    /// <summary>The unit that is being fetched; the one before <see cref="First"/> until the first has begun.</summary>
    public int Current { get; set; } = first - 1;

    public TimeSpan StartedAt { get; } = startedAt;

    /// <summary>When the first byte could be read; null before.</summary>
    public TimeSpan? OpenedAt { get; set; }

    public TimeSpan LastByteAt { get; set; } = startedAt;

    public long Bytes { get; set; }

    /// <summary>Units that have not begun.</summary>
    public int NotBegun => End - 1 - Current;

    /// <summary>Bytes a second, with the wait for the first byte.</summary>
    public double RateAt(TimeSpan now) => now > StartedAt ? Bytes / (now - StartedAt).TotalSeconds : 0;
}
