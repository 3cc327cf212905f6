namespace LlmOperator.Operator.Fleet;

/// <summary>
/// Keeps planning from becoming the operator's only work: after a plan that took long there is a pause in which changes
/// gather. A small fleet is planned in a millisecond and never waits noticeably. For one caller at a time.
/// </summary>
internal sealed class FleetPace(TimeProvider time)
{
    // At most a fifth of one core goes into planning.
    private const int PausesForEachPlan = 4;

    /// <summary>Longest pause.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    private long? _endedAt;
    private TimeSpan _pause;

    /// <summary>What is left of the pause; zero when planning may go on.</summary>
    public TimeSpan Remaining
    {
        get
        {
            TimeSpan left = _endedAt is { } ended ? _pause - time.GetElapsedTime(ended) : TimeSpan.Zero;
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>A plan was made.</summary>
    /// <param name="took">Time that it took, without the writes.</param>
    public void Planned(TimeSpan took)
    {
        TimeSpan pause = took * PausesForEachPlan;
        _pause = pause < Longest ? pause : Longest;
        _endedAt = time.GetTimestamp();
    }
}
