namespace LlmOperator.NodeAgent.Pulling;

/// <summary>How long to wait before a retry: doubled each time, with jitter, never less than the source asks for.</summary>
internal static class RetryDelays
{
    private const int MostDoublings = 16;

    /// <param name="options">First and longest delay.</param>
    /// <param name="failures">Failures in a row, 1 for the first.</param>
    /// <param name="retryAfter">What the source asked for.</param>
    /// <param name="random">From 0 to 1; spreads the delay over its upper half.</param>
    public static TimeSpan After(PullOptions options, int failures, TimeSpan? retryAfter, double random)
    {
        TimeSpan doubled = options.FirstRetryDelay * Math.Pow(2, Math.Min(failures - 1, MostDoublings));
        TimeSpan capped = doubled < options.MostRetryDelay ? doubled : options.MostRetryDelay;
        TimeSpan delay = capped * (0.5 + random / 2);
        return retryAfter is { } asked && asked > delay ? asked : delay;
    }
}
