using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace LlmOperator.Controllers.Queueing;

/// <summary>
/// Keys to reconcile (client-go util/workqueue): a key that waits is not added twice, a key in processing that is
/// added comes once more after <see cref="Done"/>, and no key is processed twice at once (C33). Thread-safe.
/// </summary>
internal sealed class WorkQueue<T> : IDisposable
    where T : notnull
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly IRateLimiter<T> _limiter;
    private readonly QueueMetrics _metrics;
    private readonly Dictionary<T, Waiting> _dirty = [];
    private readonly Dictionary<T, long> _processing = [];
    private readonly PriorityQueue<(T Item, long Sequence), (int NegativePriority, long Sequence)> _ready =
        new();
    private readonly DelayedItems<T> _delayed;
    private readonly SemaphoreSlim _available = new(0);
    private readonly CancellationTokenSource _shutDown = new();
    private long _sequence;
    private int _depth;
    private bool _isShutDown;

    public WorkQueue(string name, TimeProvider time, IRateLimiter<T> limiter)
    {
        (_time, _limiter) = (time, limiter);
        _delayed = new DelayedItems<T>(time, AddDueItems);
        _metrics = new QueueMetrics(name, UnfinishedSeconds);
    }

    /// <summary>How many keys are ready.</summary>
    public int Depth
    {
        get
        {
            lock (_lock)
            {
                return _depth;
            }
        }
    }

    /// <summary>Adds a key; when it waits already, the higher priority wins.</summary>
    public void Add(T item, int priority = Priorities.Normal)
    {
        lock (_lock)
        {
            AddLocked(item, priority);
        }
    }

    /// <summary>Adds a key after a delay; of several delays the earliest wins (C34).</summary>
    public void AddAfter(T item, TimeSpan delay, int priority = Priorities.Normal)
    {
        lock (_lock)
        {
            if (delay <= TimeSpan.Zero)
            {
                AddLocked(item, priority);
            }
            else if (!_isShutDown)
            {
                _metrics.Retried();
                _delayed.Add(item, delay, priority);
            }
        }
    }

    /// <summary>Adds a key that failed, after the delay of the rate limiter (C35).</summary>
    public void AddRateLimited(T item) => AddAfter(item, _limiter.When(item));

    /// <summary>The key did well: its next failure waits shortly.</summary>
    public void Forget(T item) => _limiter.Forget(item);

    /// <summary>How often the key failed in a row.</summary>
    public int Failures(T item) => _limiter.Failures(item);

    /// <summary>Takes the next key; false when the queue was shut down. Call <see cref="Done"/> afterwards.</summary>
    public async ValueTask<(bool Found, T? Item)> TakeAsync()
    {
        try
        {
            await _available.WaitAsync(_shutDown.Token);
        }
        catch (OperationCanceledException)
        {
            return (false, default);
        }

        lock (_lock)
        {
            return TryTakeLocked(out T? item) ? (true, item) : (false, default);
        }
    }

    /// <summary>The key is processed; when it was added meanwhile it is ready again.</summary>
    public void Done(T item)
    {
        lock (_lock)
        {
            if (!_processing.Remove(item, out long start))
            {
                return;
            }

            _metrics.Worked(_time.GetElapsedTime(start));
            if (_dirty.TryGetValue(item, out Waiting waiting) && !_isShutDown)
            {
                Enqueue(item, waiting);
                BecameReady();
            }
        }
    }

    /// <summary>No key is taken or given out any more; those who wait are released (C37). Waiting keys are dropped: state is level-based.</summary>
    public void ShutDown()
    {
        lock (_lock)
        {
            _isShutDown = true;
            _metrics.DepthChanged(-_depth);
            _depth = 0;
            _dirty.Clear();
            _ready.Clear();
            _delayed.Clear();
        }

        // Outside the lock: whoever waits goes on right here.
        _shutDown.Cancel();
    }

    public void Dispose()
    {
        _metrics.Dispose();
        _delayed.Dispose();
        _available.Dispose();
        _shutDown.Dispose();
    }

    private void AddLocked(T item, int priority)
    {
        if (_isShutDown)
        {
            return;
        }

        bool isKnown = _dirty.TryGetValue(item, out Waiting waiting);
        if (isKnown && waiting.Priority >= priority)
        {
            return;
        }

        Waiting next = new(priority, ++_sequence, isKnown ? waiting.Since : _time.GetTimestamp());
        _dirty[item] = next;
        if (!isKnown)
        {
            _metrics.Added();
        }

        if (_processing.ContainsKey(item))
        {
            return;
        }

        // A raised priority leaves an obsolete entry behind; taking skips it by its sequence.
        Enqueue(item, next);
        if (!isKnown)
        {
            BecameReady();
        }
    }

    private void Enqueue(T item, Waiting waiting) =>
        _ready.Enqueue((item, waiting.Sequence), (-waiting.Priority, waiting.Sequence));

    private void BecameReady()
    {
        _depth++;
        _metrics.DepthChanged(1);
        _available.Release();
    }

    private bool TryTakeLocked([MaybeNullWhen(false)] out T item)
    {
        while (_ready.TryDequeue(out (T Item, long Sequence) next, out _))
        {
            if (_dirty.TryGetValue(next.Item, out Waiting waiting) && waiting.Sequence == next.Sequence)
            {
                item = next.Item;
                _dirty.Remove(item);
                _depth--;
                _metrics.DepthChanged(-1);
                _processing[item] = _time.GetTimestamp();
                _metrics.Took(_time.GetElapsedTime(waiting.Since));
                return true;
            }
        }

        item = default;
        return false;
    }

    private void AddDueItems()
    {
        lock (_lock)
        {
            while (_delayed.TryTakeDue(out T item, out int priority))
            {
                AddLocked(item, priority);
            }
        }
    }

    private (double Sum, double Longest) UnfinishedSeconds()
    {
        lock (_lock)
        {
            double sum = 0;
            double longest = 0;
            foreach (long start in _processing.Values)
            {
                double seconds = _time.GetElapsedTime(start).TotalSeconds;
                (sum, longest) = (sum + seconds, Math.Max(longest, seconds));
            }

            return (sum, longest);
        }
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Waiting(int Priority, long Sequence, long Since);
}
