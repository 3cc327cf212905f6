namespace LlmOperator.Testing.Waiting;

/// <summary>Waits for what other threads do, with a limit of real time.</summary>
public static class Eventually
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    /// <summary>Returns when the condition holds; fails after 20 seconds.</summary>
    /// <param name="condition">What must come true.</param>
    /// <param name="what">What it means, for the failure.</param>
    /// <param name="between">Called between two looks, for example to move a fake clock.</param>
    public static async Task IsTrueAsync(Func<bool> condition, string what, Action? between = null)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            if (TimeProvider.System.GetElapsedTime(start) > s_limit)
            {
                throw new TimeoutException($"Not within {s_limit.TotalSeconds} s: {what}");
            }

            between?.Invoke();
            await Task.Delay(2);
        }
    }
}
