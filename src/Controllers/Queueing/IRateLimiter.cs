namespace LlmOperator.Controllers.Queueing;

/// <summary>Says how long an item that failed must wait (C35). Thread-safe.</summary>
internal interface IRateLimiter<T>
    where T : notnull
{
    /// <summary>Counts a failure of an item and returns its delay.</summary>
    TimeSpan When(T item);

    /// <summary>The item did well: its failures are forgotten.</summary>
    void Forget(T item);

    /// <summary>How often the item failed in a row.</summary>
    int Failures(T item);
}
