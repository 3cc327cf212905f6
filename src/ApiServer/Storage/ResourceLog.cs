namespace LlmOperator.ApiServer.Storage;

/// <summary>The last changes of one resource, from which watches resume; bounded by count and by bytes.</summary>
/// <remarks>Not thread-safe: the store calls it under its lock.</remarks>
internal sealed class ResourceLog(long startRevision, int mostEvents, long mostBytes)
{
    private readonly List<StoreEvent> _events = [];
    private int _first;
    private long _bytes;
    private TaskCompletionSource _changed = NewSignal();

    /// <summary>Changes after this revision are all here; older ones may be gone.</summary>
    public long OldestRevision { get; private set; } = startRevision;

    /// <summary>Completes at the next change.</summary>
    public Task Changed => _changed.Task;

    public void Append(StoreEvent change)
    {
        _events.Add(change);
        _bytes += change.Object.Json.Length;
        while (_events.Count - _first > mostEvents || (_bytes > mostBytes && _events.Count - _first > 1))
        {
            DropFirst();
        }
        if (_first > 64 && _first * 2 > _events.Count)
        {
            _events.RemoveRange(0, _first);
            _first = 0;
        }
    }

    /// <summary>Forgets all that happened up to now.</summary>
    public void Compact(long revision)
    {
        _events.Clear();
        _first = 0;
        _bytes = 0;
        OldestRevision = revision;
    }

    public void Signal()
    {
        var signalled = _changed;
        _changed = NewSignal();
        signalled.TrySetResult();
    }

    public IReadOnlyList<StoreEvent> After(long revision)
    {
        var low = _first;
        var high = _events.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_events[middle].Revision > revision)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }
        return low == _events.Count ? [] : _events.GetRange(low, _events.Count - low);
    }

    private void DropFirst()
    {
        var dropped = _events[_first];
        _events[_first++] = null!;
        _bytes -= dropped.Object.Json.Length;
        OldestRevision = dropped.Revision;
    }

    private static TaskCompletionSource NewSignal() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);
}
