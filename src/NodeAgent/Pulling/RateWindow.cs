namespace LlmOperator.NodeAgent.Pulling;

/// <summary>Bytes a second over the last seconds. Not thread-safe.</summary>
internal sealed class RateWindow(TimeProvider time)
{
    private static readonly TimeSpan s_length = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_grain = TimeSpan.FromMilliseconds(200);

    private readonly Queue<(long At, long Bytes)> _samples = new();
    private long _lastAt;
    private long _pending;
    private long _sum;
    private long? _startedAt;

    public void Add(long bytes)
    {
        long now = time.GetTimestamp();
        _startedAt ??= now;
        _pending += bytes;
        if (_samples.Count == 0 || time.GetElapsedTime(_lastAt, now) >= s_grain)
        {
            _samples.Enqueue((now, _pending));
            _sum += _pending;
            _pending = 0;
            _lastAt = now;
        }
    }

    /// <summary>The rate; null before there is enough to tell.</summary>
    public long? BytesPerSecond()
    {
        if (_startedAt is not { } started)
        {
            return null;
        }

        long now = time.GetTimestamp();
        while (_samples.Count > 0 && time.GetElapsedTime(_samples.Peek().At, now) > s_length)
        {
            _sum -= _samples.Dequeue().Bytes;
        }

        TimeSpan span = time.GetElapsedTime(started, now);
        span = span < s_length ? span : s_length;
        return span < s_grain ? null : (long)((_sum + _pending) / span.TotalSeconds);
    }
}
