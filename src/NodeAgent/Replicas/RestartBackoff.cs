namespace LlmOperator.NodeAgent.Replicas;

/// <summary>
/// When to try again: at once the first time, then after 1 s, 2 s, 4 s, up to 5 minutes; from the beginning after 10
/// minutes of health.
/// </summary>
internal sealed class RestartBackoff
{
    private static readonly TimeSpan s_first = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_most = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_healthy = TimeSpan.FromMinutes(10);
    private const int MostDoublings = 10;
    private int _failures;

    /// <summary>The delay after one more failure.</summary>
    /// <param name="healthyFor">How long it worked before.</param>
    public TimeSpan Next(TimeSpan healthyFor)
    {
        if (healthyFor >= s_healthy)
        {
            _failures = 0;
        }

        int failures = _failures++;
        if (failures == 0)
        {
            return TimeSpan.Zero;
        }

        TimeSpan delay = s_first * Math.Pow(2, Math.Min(failures - 1, MostDoublings));
        return delay < s_most ? delay : s_most;
    }
}
