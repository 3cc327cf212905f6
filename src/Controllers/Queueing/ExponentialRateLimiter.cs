namespace LlmOperator.Controllers.Queueing;

/// <summary>Delays that double with each failure of an item: 5 ms to 1000 s (client-go default_rate_limiters.go).</summary>
internal sealed class ExponentialRateLimiter<T> : IRateLimiter<T>
    where T : notnull
{
    private static readonly TimeSpan s_first = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(1000);

    private readonly Lock _lock = new();
    private readonly Dictionary<T, int> _failures = [];

    public TimeSpan When(T item)
    {
        int before;
        lock (_lock)
        {
            before = _failures.GetValueOrDefault(item);
            _failures[item] = before == int.MaxValue ? before : before + 1;
        }

        // As a floating-point number, a large power is infinite rather than negative.
        double milliseconds = s_first.TotalMilliseconds * Math.Pow(2, before);
        return milliseconds >= s_longest.TotalMilliseconds
            ? s_longest
            : TimeSpan.FromMilliseconds(milliseconds);
    }

    public void Forget(T item)
    {
        lock (_lock)
        {
            _failures.Remove(item);
        }
    }

    public int Failures(T item)
    {
        lock (_lock)
        {
            return _failures.GetValueOrDefault(item);
        }
    }
}
