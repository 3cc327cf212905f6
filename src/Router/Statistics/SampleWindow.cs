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

    // The same values in order: every answer is followed by a look at the quantiles, and sorting anew would cost more
    // than all else that is done for it.
    private readonly double[] _sorted = new double[Size];
    private int _next;
    private int _count;

    /// <summary>Adds a sample; the oldest makes room.</summary>
    public void Add(double value)
    {
        if (_count == Size)
        {
            RemoveOldest();
        }

        _values[_next] = value;
        _timestamps[_next] = timeProvider.GetTimestamp();
        _next = (_next + 1) % Size;
        int at = Array.BinarySearch(_sorted, 0, _count, value);
        at = at < 0 ? ~at : at;
        Array.Copy(_sorted, at, _sorted, at + 1, _count - at);
        _sorted[at] = value;
        _count++;
    }

    /// <summary>Median and 90th percentile; null without samples.</summary>
    public Quantiles? Read()
    {
        while (_count > 0 && timeProvider.GetElapsedTime(_timestamps[Oldest]) > MaxAge)
        {
            RemoveOldest();
        }

        return _count == 0
            ? null
            : new Quantiles(_sorted[(_count - 1) / 2], _sorted[(int)Math.Ceiling(_count * 0.9) - 1], _count)
            {
                P95 = _sorted[(int)Math.Ceiling(_count * 0.95) - 1],
            };
    }

    private int Oldest => (_next - _count + Size) % Size;

    private void RemoveOldest()
    {
        int at = Array.BinarySearch(_sorted, 0, _count, _values[Oldest]);
        _count--;
        Array.Copy(_sorted, at + 1, _sorted, at, _count - at);
    }
}
