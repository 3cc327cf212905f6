namespace LlmOperator.Router.Tests.Budgets;

/// <summary>A clock that stands still until it is moved; who waits moves it by the wait and goes on at once.</summary>
/// <param name="longestWait">Timers of more are limits of a call's time, which never come; null when there are none.</param>
internal sealed class StepTime(TimeSpan? longestWait = null) : TimeProvider
{
    private static readonly DateTimeOffset s_start = new(2026, 6, 1, 12, 10, 0, TimeSpan.Zero);
    private long _ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public void Advance(TimeSpan time) => Interlocked.Add(ref _ticks, time.Ticks);

    public override long GetTimestamp() => Interlocked.Read(ref _ticks);

    public override DateTimeOffset GetUtcNow() => s_start + TimeSpan.FromTicks(GetTimestamp());

    public override ITimer CreateTimer(
        TimerCallback callback,
        object? state,
        TimeSpan dueTime,
        TimeSpan period
    )
    {
        if (dueTime >= TimeSpan.Zero && !(dueTime > longestWait))
        {
            Advance(dueTime);
            ThreadPool.QueueUserWorkItem(_ => callback(state));
        }

        return new Nothing();
    }

    private sealed class Nothing : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose() { }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
