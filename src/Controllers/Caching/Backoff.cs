namespace LlmOperator.Controllers.Caching;

/// <summary>Growing delays with jitter, which start over after some time of health (C18).</summary>
internal sealed class Backoff(TimeProvider time, Random random)
{
    private TimeSpan _next = ReflectorConstants.FirstBackoff;
    private long _last = time.GetTimestamp();

    /// <summary>The delay before the next attempt, in [d, 2d).</summary>
    public TimeSpan Next()
    {
        if (time.GetElapsedTime(_last) >= ReflectorConstants.BackoffReset)
        {
            _next = ReflectorConstants.FirstBackoff;
        }

        _last = time.GetTimestamp();
        TimeSpan delay = _next * (1 + random.NextDouble());
        TimeSpan doubled = _next * 2;
        _next = doubled < ReflectorConstants.LongestBackoff ? doubled : ReflectorConstants.LongestBackoff;
        return delay;
    }

    /// <summary>Waits for <see cref="Next"/>.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) => Task.Delay(Next(), time, cancellationToken);
}
