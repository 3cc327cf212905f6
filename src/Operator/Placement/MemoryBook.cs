namespace LlmOperator.Operator.Placement;

/// <summary>
/// What is claimed of one device: the sum of what is held alone, and the largest of what takes turns. Not thread-safe.
/// </summary>
internal sealed class MemoryBook
{
    private readonly List<long> _shared;
    private long _largestShared;

    public MemoryBook()
        : this(0, []) { }

    private MemoryBook(long exclusive, List<long> shared)
    {
        Exclusive = exclusive;
        _shared = shared;
        _largestShared = shared.Count == 0 ? 0 : shared.Max();
    }

    /// <summary>Bytes that are held alone.</summary>
    public long Exclusive { get; private set; }

    /// <summary>Bytes that are taken in all: the pool of those that take turns is as large as its largest member.</summary>
    public long Total => Exclusive + _largestShared;

    /// <summary>Bytes that a claim has to fit into.</summary>
    /// <param name="budget">Bytes of the device.</param>
    /// <param name="isShared">Whether the claim would take turns with others.</param>
    public long Free(long budget, bool isShared) => budget - (isShared ? Exclusive : Total);

    /// <summary>Books a claim.</summary>
    public void Add(long bytes, bool isShared)
    {
        if (isShared)
        {
            _shared.Add(bytes);
            _largestShared = Math.Max(_largestShared, bytes);
        }
        else
        {
            Exclusive += bytes;
        }
    }

    /// <summary>Takes a claim back.</summary>
    public void Remove(long bytes, bool isShared)
    {
        if (isShared)
        {
            _shared.Remove(bytes);
            _largestShared = _shared.Count == 0 ? 0 : _shared.Max();
        }
        else
        {
            Exclusive -= bytes;
        }
    }

    /// <summary>A copy of its own.</summary>
    public MemoryBook Copy() => new(Exclusive, _shared.Count == 0 ? [] : [.. _shared]);
}
