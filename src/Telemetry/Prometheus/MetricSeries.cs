namespace LlmOperator.Telemetry.Prometheus;

/// <summary>One value with its labels, or the buckets of one histogram. Guarded by its family's lock.</summary>
/// <param name="labels">Labels as they are written, without braces; empty for none.</param>
/// <param name="bucketCount">Number of buckets, the endless one excluded.</param>
internal sealed class MetricSeries(string labels, int bucketCount)
{
    private readonly long[] _buckets = new long[bucketCount + 1];

    public string Labels { get; } = labels;

    public double Value { get; private set; }

    public double Sum { get; private set; }

    /// <summary>Measurements by bucket, not cumulated; the last is the endless one.</summary>
    public ReadOnlySpan<long> Buckets => _buckets;

    public void Set(double value) => Value = value;

    public void Add(double value) => Value += value;

    public void Observe(double value, ReadOnlySpan<double> bounds)
    {
        int bucket = 0;
        while (bucket < bounds.Length && !(value <= bounds[bucket]))
        {
            bucket++;
        }

        _buckets[bucket]++;
        Sum += value;
    }
}
