namespace LlmOperator.Router.Balancing;

/// <summary>What is known of one endpoint: requests in flight, and whether it failed just now.</summary>
internal sealed class TargetLoad
{
    private int _inFlight;
    private long _ejectedAt;
    private int _failures;

    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Failures in a row.</summary>
    public int Failures => Volatile.Read(ref _failures);

    /// <summary>Timestamp of the last failure.</summary>
    public long EjectedAt => Volatile.Read(ref _ejectedAt);

    public void Begin() => Interlocked.Increment(ref _inFlight);

    public void End() => Interlocked.Decrement(ref _inFlight);

    public void Succeeded() => Volatile.Write(ref _failures, 0);

    public void Failed(long timestamp)
    {
        Volatile.Write(ref _ejectedAt, timestamp);
        Interlocked.Increment(ref _failures);
    }
}
