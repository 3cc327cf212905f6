namespace LlmOperator.Controllers.Queueing;

/// <summary>The longest delay of several rate limiters.</summary>
internal sealed class WorstOfRateLimiter<T>(params IReadOnlyList<IRateLimiter<T>> limiters) : IRateLimiter<T>
    where T : notnull
{
    /// <summary>Per item and overall, as client-go's default.</summary>
    public static WorstOfRateLimiter<T> Default(TimeProvider time) =>
        new(new ExponentialRateLimiter<T>(), new BucketRateLimiter<T>(time));

    public TimeSpan When(T item)
    {
        TimeSpan worst = TimeSpan.Zero;
        foreach (IRateLimiter<T> limiter in limiters)
        {
            TimeSpan delay = limiter.When(item);
            worst = delay > worst ? delay : worst;
        }

        return worst;
    }

    public void Forget(T item)
    {
        foreach (IRateLimiter<T> limiter in limiters)
        {
            limiter.Forget(item);
        }
    }

    public int Failures(T item) => limiters.Max(l => l.Failures(item));
}
