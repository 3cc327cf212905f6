using System.Runtime.InteropServices;

namespace LlmOperator.Controllers.Queueing;

/// <summary>
/// Items that become due later: at most one time for each, the earliest wins (C34). One timer for all, none while
/// nothing waits. Guarded by the queue's lock.
/// </summary>
internal sealed class DelayedItems<T> : IDisposable
    where T : notnull
{
    // A timer cannot wait for ever; it is set again when it fires early.
    private static readonly TimeSpan s_longestTimer = TimeSpan.FromDays(1);

    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly Dictionary<T, Entry> _entries = [];
    private readonly PriorityQueue<T, long> _order = new();

    /// <param name="time">Clock.</param>
    /// <param name="onDue">Called by the timer, without the lock.</param>
    public DelayedItems(TimeProvider time, Action onDue)
    {
        _time = time;
        _timer = time.CreateTimer(
            _ => onDue(),
            state: null,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan
        );
    }

    public int Count => _entries.Count;

    public void Add(T item, TimeSpan delay, int priority)
    {
        long due = _time.GetTimestamp() + (long)(delay.TotalSeconds * _time.TimestampFrequency);
        if (_entries.TryGetValue(item, out Entry entry))
        {
            priority = Math.Max(priority, entry.Priority);
            if (entry.Due <= due)
            {
                _entries[item] = entry with { Priority = priority };
                return;
            }
        }

        _entries[item] = new Entry(due, priority);
        _order.Enqueue(item, due);
        SetTimer();
    }

    /// <summary>Takes an item that is due; false when none is.</summary>
    public bool TryTakeDue(out T item, out int priority)
    {
        long now = _time.GetTimestamp();
        while (_order.TryPeek(out item!, out long due) && due <= now)
        {
            _order.Dequeue();

            // An earlier time made this one obsolete, or it was taken already.
            if (_entries.TryGetValue(item, out Entry entry) && entry.Due == due)
            {
                _entries.Remove(item);
                priority = entry.Priority;
                return true;
            }
        }

        priority = 0;
        item = default!;
        SetTimer();
        return false;
    }

    public void Clear()
    {
        _entries.Clear();
        _order.Clear();
        SetTimer();
    }

    public void Dispose() => _timer.Dispose();

    private void SetTimer()
    {
        if (!_order.TryPeek(out _, out long due))
        {
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return;
        }

        double seconds = (double)(due - _time.GetTimestamp()) / _time.TimestampFrequency;

        // Rounded up to a whole millisecond: timers cut off fractions and would fire too early.
        TimeSpan wait = TimeSpan.FromMilliseconds(Math.Max(0, Math.Ceiling(seconds * 1000)));
        _timer.Change(wait < s_longestTimer ? wait : s_longestTimer, Timeout.InfiniteTimeSpan);
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Entry(long Due, int Priority);
}
