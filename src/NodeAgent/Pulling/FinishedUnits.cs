namespace LlmOperator.NodeAgent.Pulling;

/// <summary>Which units of a partial file are finished, what they add up to, and who gave them. Thread-safe.</summary>
internal sealed class FinishedUnits(UnitLayout layout)
{
    private readonly Lock _lock = new();
    private readonly UnitSums?[] _sums = new UnitSums?[layout.Count];
    private readonly Dictionary<int, IUnitSource> _givers = [];
    private TaskCompletionSource _change = NewSignal();
    private int _count;
    private long _bytes;

    public bool IsComplete => Volatile.Read(ref _count) == layout.Count;

    /// <summary>Bytes of all units that are finished.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>What a finished unit adds up to; null for another.</summary>
    public UnitSums? SumsOf(int unit) => Volatile.Read(ref _sums[unit]);

    /// <summary>Completes with the next unit that is finished. Take it before looking at the units.</summary>
    public Task Change()
    {
        lock (_lock)
        {
            if (_change.Task.IsCompleted)
            {
                _change = NewSignal();
            }

            return _change.Task;
        }
    }

    /// <param name="unit">Number of the unit.</param>
    /// <param name="sums">What it adds up to.</param>
    /// <param name="giver">Who gave it to this process; null when it was there before.</param>
    public void Add(int unit, UnitSums sums, IUnitSource? giver)
    {
        lock (_lock)
        {
            Volatile.Write(ref _sums[unit], sums);
            Interlocked.Add(ref _bytes, layout.LengthOf(unit));
            Volatile.Write(ref _count, _count + 1);
            if (giver is not null)
            {
                _givers[unit] = giver;
            }

            _change.TrySetResult();
        }
    }

    /// <summary>Takes a digest that was computed later.</summary>
    public void AddDigest(int unit, UnitSums sums) => Volatile.Write(ref _sums[unit], sums);

    public void Remove(int unit)
    {
        lock (_lock)
        {
            Volatile.Write(ref _sums[unit], null);
            Interlocked.Add(ref _bytes, -layout.LengthOf(unit));
            Volatile.Write(ref _count, _count - 1);
            _givers.Remove(unit);
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            Array.Clear(_sums);
            _givers.Clear();
            Interlocked.Exchange(ref _bytes, 0);
            Volatile.Write(ref _count, 0);
        }
    }

    /// <summary>Who gave a unit to this process; null when nobody did.</summary>
    public IUnitSource? GiverOf(int unit)
    {
        lock (_lock)
        {
            return _givers.GetValueOrDefault(unit);
        }
    }

    /// <summary>Units that this process got from others than those named, with who gave them.</summary>
    public IReadOnlyDictionary<int, IUnitSource> NotOf(Func<IUnitSource, bool> isOne)
    {
        lock (_lock)
        {
            return _givers.Where(pair => !isOne(pair.Value)).ToDictionary();
        }
    }

    private static TaskCompletionSource NewSignal() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);
}
