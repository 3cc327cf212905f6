namespace LlmOperator.Controllers.Queueing;

/// <summary>At most ten failures of all items a second come again, a hundred in a burst.</summary>
internal sealed class BucketRateLimiter<T>(TimeProvider time) : IRateLimiter<T>
    where T : notnull
{
    private const double PerSecond = 10;
    private const double Burst = 100;

    private readonly Lock _lock = new();
    private double _tokens = Burst;
    private long _filledAt = time.GetTimestamp();

    public TimeSpan When(T item)
    {
        lock (_lock)
        {
            _tokens = Math.Min(Burst, _tokens + (time.GetElapsedTime(_filledAt).TotalSeconds * PerSecond));
            _filledAt = time.GetTimestamp();

            // Going below zero is a debt that later items wait for too.
            _tokens -= 1;
            return _tokens >= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(-_tokens / PerSecond);
        }
    }

    public void Forget(T item) { }

    public int Failures(T item) => 0;
}
