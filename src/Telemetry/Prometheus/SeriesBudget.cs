namespace LlmOperator.Telemetry.Prometheus;

/// <summary>Room for series, so that labels from outside cannot fill the memory. Thread-safe.</summary>
internal sealed class SeriesBudget(int most)
{
    private int _taken;
    private long _dropped;

    /// <summary>Measurements that found no room.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    public bool TryTake()
    {
        if (Interlocked.Increment(ref _taken) <= most)
        {
            return true;
        }

        Interlocked.Decrement(ref _taken);
        Interlocked.Increment(ref _dropped);
        return false;
    }

    public void Release(int count) => Interlocked.Add(ref _taken, -count);
}
