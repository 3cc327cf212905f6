namespace LlmOperator.NodeAgent.Pulling;

/// <summary>So many bytes a second for all who share it, in the order in which they ask. Thread-safe.</summary>
internal sealed class ByteBudget(long bytesPerSecond, TimeProvider time)
{
    // What was not used is kept so long, so that a pause of the network does not cost rate.
    private static readonly TimeSpan s_kept = TimeSpan.FromMilliseconds(250);
    private const int MostBytesAtOnce = 256 << 10;
    private const int LeastBytesAtOnce = 4 << 10;
    private const int PortionsPerSecond = 32;

    private readonly Lock _lock = new();
    private readonly long _start = time.GetTimestamp();
    private TimeSpan _paidUntil;

    /// <summary>Bytes to move before the next call of <see cref="PayAsync"/>, at most: small enough that all who share get on.</summary>
    public int Portion =>
        bytesPerSecond <= 0
            ? MostBytesAtOnce
            : (int)Math.Clamp(bytesPerSecond / PortionsPerSecond, LeastBytesAtOnce, MostBytesAtOnce);

    /// <summary>Waits until bytes that were moved are within the budget; at once without a limit.</summary>
    public async ValueTask PayAsync(int bytes, CancellationToken cancellationToken)
    {
        if (bytesPerSecond <= 0)
        {
            return;
        }

        TimeSpan wait;
        lock (_lock)
        {
            TimeSpan now = time.GetElapsedTime(_start);
            TimeSpan from = _paidUntil > now - s_kept ? _paidUntil : now - s_kept;
            _paidUntil = from + TimeSpan.FromSeconds((double)bytes / bytesPerSecond);
            wait = _paidUntil - now;
        }

        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, time, cancellationToken);
        }
    }
}
