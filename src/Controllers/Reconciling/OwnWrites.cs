using LlmOperator.Controllers.Caching;
using LlmOperator.Controllers.Queueing;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Controllers.Reconciling;

/// <summary>
/// Holds a key back until the caches show what its last reconcile wrote and deleted (C31, fault 16): no sleep, and no second child
/// because the first was not seen yet. A cache that does not get there within ten seconds is read as it is; names are
/// deterministic, so that a write on a stale cache is refused (C47).
/// </summary>
internal sealed class OwnWrites : IDisposable
{
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<ObjectKey, Held> _held = [];
    private readonly HashSet<ObjectKey> _parked = [];
    private readonly DelayedItems<ObjectKey> _timeouts;
    private readonly IKubernetesClient _client;
    private readonly Func<Type, string?, IReadOnlyList<IInformer>> _informersOf;
    private readonly Action<ObjectKey> _requeue;
    private readonly TimeProvider _time;

    /// <param name="client">Asked when versions cannot be compared.</param>
    /// <param name="informersOf">Informers that see an object of a kind in a namespace.</param>
    /// <param name="requeue">Called for a held key when the caches have caught up.</param>
    /// <param name="time">Clock.</param>
    public OwnWrites(
        IKubernetesClient client,
        Func<Type, string?, IReadOnlyList<IInformer>> informersOf,
        Action<ObjectKey> requeue,
        TimeProvider time
    )
    {
        (_client, _informersOf, _requeue, _time) = (client, informersOf, requeue, time);
        _timeouts = new DelayedItems<ObjectKey>(time, OnTimeout);
    }

    /// <summary>Remembers what a reconcile of the key wrote and deleted.</summary>
    public void Remember(ObjectKey key, IReadOnlyList<OwnChange> changes)
    {
        List<Pending> pending =
        [
            .. changes
                .SelectMany(c =>
                    _informersOf(c.Type, c.Key.Namespace)
                        .Select(i => new Pending(i, c is OwnChange.Deletion deletion ? deletion.Of(i) : c))
                )
                .Where(p => p.IsShown != true),
        ];
        lock (_lock)
        {
            if (pending.Count > 0)
            {
                _held[key] = new Held(pending, _time.GetTimestamp());
            }
            else
            {
                _held.Remove(key);
            }
        }
    }

    /// <summary>True when the key may be reconciled; else it comes again by itself.</summary>
    public async Task<bool> HasCaughtUpAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        Held? held;
        lock (_lock)
        {
            if (!_held.TryGetValue(key, out held))
            {
                return true;
            }

            // Parked before the look at the caches, so that progress in between is not missed.
            _parked.Add(key);
            _timeouts.Add(key, LongestWait, Priorities.Normal);
        }

        bool isOver = _time.GetElapsedTime(held.Since) >= LongestWait;
        if (isOver || await IsVisibleAsync(held, cancellationToken))
        {
            lock (_lock)
            {
                _parked.Remove(key);
                _held.Remove(key);
            }

            return true;
        }

        return false;
    }

    /// <summary>Some cache has advanced: requeues the held keys that wait for nothing more.</summary>
    public void OnProgress()
    {
        List<ObjectKey> ready;
        lock (_lock)
        {
            if (_parked.Count == 0)
            {
                return;
            }

            ready = [.. _parked.Where(key => !_held.TryGetValue(key, out Held? held) || MayBeVisible(held))];
            _parked.ExceptWith(ready);
        }

        ready.ForEach(_requeue);
    }

    public void Dispose() => _timeouts.Dispose();

    private void OnTimeout()
    {
        List<ObjectKey> ready = [];
        lock (_lock)
        {
            while (_timeouts.TryTakeDue(out ObjectKey key, out _))
            {
                if (_parked.Remove(key))
                {
                    ready.Add(key);
                }
            }
        }

        ready.ForEach(_requeue);
    }

    // What the cache alone cannot tell is looked at again at any progress.
    private static bool MayBeVisible(Held held) => held.Pending.All(p => p.IsShown != false);

    private async Task<bool> IsVisibleAsync(Held held, CancellationToken cancellationToken)
    {
        foreach (Pending pending in held.Pending)
        {
            if (
                !(
                    pending.IsShown
                    ?? await pending.Change.IsUpToDateAsync(pending.Informer, _client, cancellationToken)
                )
            )
            {
                return false;
            }
        }

        return true;
    }

    private sealed record Pending(IInformer Informer, OwnChange Change)
    {
        public bool? IsShown => Change.IsShownBy(Informer);
    }

    private sealed record Held(IReadOnlyList<Pending> Pending, long Since);
}
