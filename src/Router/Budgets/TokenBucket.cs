namespace LlmOperator.Router.Budgets;

/// <summary>A minute's worth of something that fills steadily. Not thread-safe.</summary>
/// <param name="perMinute">What fits, and what flows in a minute.</param>
/// <param name="time">Clock.</param>
internal sealed class TokenBucket(int perMinute, TimeProvider time)
{
    private double _level = perMinute;
    private long _filledAt = time.GetTimestamp();

    /// <summary>What fits.</summary>
    public int PerMinute => perMinute;

    /// <summary>What is there, whole.</summary>
    public long Remaining
    {
        get
        {
            Fill();
            return (long)Math.Max(0, Math.Floor(_level));
        }
    }

    /// <summary>How long until so much is there; zero when it is. More than fits counts as all that fits.</summary>
    public TimeSpan WaitFor(double amount)
    {
        Fill();
        double missing = Math.Min(amount, perMinute) - _level;
        return missing <= 0 ? TimeSpan.Zero : TimeSpan.FromMinutes(missing / perMinute);
    }

    /// <summary>Takes, also below zero: what was used beyond an estimate is paid for by the next.</summary>
    public void Take(double amount)
    {
        Fill();
        _level = Math.Min(perMinute, _level - amount);
    }

    private void Fill()
    {
        long now = time.GetTimestamp();
        _level = Math.Min(perMinute, _level + (time.GetElapsedTime(_filledAt, now).TotalMinutes * perMinute));
        _filledAt = now;
    }
}
