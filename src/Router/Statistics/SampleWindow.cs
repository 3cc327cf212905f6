namespace LlmOperator.Router.Statistics;

/// <summary>The last samples of one measure: at most a fixed number, none older than a limit. Not safe for concurrent use.</summary>
internal sealed class SampleWindow(TimeProvider timeProvider)
{
    /// <summary>Most samples that are kept.</summary>
    public const int Size = 128;

    /// <summary>What is older says nothing of now: a machine that was slow gets another chance.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(30);

    private readonly double[] _values = new double[Size];
    private readonly long[] _timestamps = new long[Size];
    private int _next;
    private int _count;

    /// <summary>Adds a sample; the oldest makes room.</summary>
    public void Add(double value)
    {
        _values[_next] = value;
        _timestamps[_next] = timeProvider.GetTimestamp();
        _next = (_next + 1) % Size;
        _count = Math.Min(_count + 1, Size);
    }

    /// <summary>Median and 90th percentile; null without samples.</summary>
    public Quantiles? Read()
    {
        double[] fresh = new double[_count];
        int count = 0;
        for (int i = 0; i < _count; i++)
        {
            if (timeProvider.GetElapsedTime(_timestamps[i]) <= MaxAge)
            {
                fresh[count++] = _values[i];
            }
        }

        if (count == 0)
        {
            return null;
        }

        Span<double> sorted = fresh.AsSpan(0, count);
        sorted.Sort();
        return new Quantiles(sorted[(count - 1) / 2], sorted[(int)Math.Ceiling(count * 0.9) - 1], count);
    }
}
