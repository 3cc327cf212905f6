using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Meta;
using Microsoft.Extensions.Logging;

namespace LlmOperator.Controllers.Caching;

/// <summary>
/// A cache of the objects of a kind, kept up to date by list and watch, shared by all who read it or listen to it.
/// Managed fields are not cached. Thread-safe.
/// </summary>
/// <typeparam name="T">Kind cached.</typeparam>
public sealed class SharedInformer<T> : IInformer
    where T : KubernetesObject
{
    private readonly ObjectStore<T> _store = new();
    private readonly InformerOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Reflector<T> _reflector;
    private readonly Lock _lock = new();
    private readonly List<HandlerRegistration<T>> _handlers = [];
    private readonly List<Task> _deliveries = [];
    private readonly TaskCompletionSource _listed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationToken _running;
    private bool _isRunning;
    private bool _isListed;
    private string? _reached;
    private Action? _progressed;

    /// <summary>Makes an informer; it reads nothing before it runs.</summary>
    public SharedInformer(
        IKubernetesClient client,
        InformerOptions options,
        TimeProvider time,
        Random random,
        ILoggerFactory loggers
    )
    {
        (_options, _time) = (options, time);
        _logger = loggers.CreateLogger<SharedInformer<T>>();
        _reflector = new Reflector<T>(client, options, new Sink(this), time, random, _logger);
    }

    /// <inheritdoc/>
    public string Name => $"informer {typeof(T).Name}";

    /// <inheritdoc/>
    public bool NeedsLeaderElection => false;

    /// <summary>Reads the cache.</summary>
    public ILister<T> Lister => _store;

    /// <summary>True when the first complete list was delivered to every handler (C29).</summary>
    public bool HasSynced
    {
        get
        {
            lock (_lock)
            {
                return _isListed && _handlers.All(h => h.Synced.IsCompleted);
            }
        }
    }

    /// <inheritdoc/>
    public string? ReachedVersion => Volatile.Read(ref _reached);

    /// <inheritdoc/>
    public KubernetesObject? Cached(ObjectKey key) => _store.Find(key);

    /// <inheritdoc/>
    void IInformer.OnProgress(Action callback)
    {
        lock (_lock)
        {
            _progressed += callback;
        }
    }

    /// <summary>Waits until <see cref="HasSynced"/>.</summary>
    public async Task WaitForSyncAsync(CancellationToken cancellationToken)
    {
        await _listed.Task.WaitAsync(cancellationToken);
        Task[] handlers;
        lock (_lock)
        {
            handlers = [.. _handlers.Select(h => h.Synced)];
        }

        await Task.WhenAll(handlers).WaitAsync(cancellationToken);
    }

    /// <summary>Adds a handler; one that comes late first gets what is cached, as additions.</summary>
    public void AddHandler(IInformerHandler<T> handler)
    {
        HandlerRegistration<T> registration = new(handler, _logger);
        lock (_lock)
        {
            foreach (T obj in _isListed ? _store.List() : [])
            {
                registration.Added(obj, isInInitialList: true);
            }

            if (_isListed)
            {
                registration.InitialListEnds();
            }

            _handlers.Add(registration);
            if (_isRunning)
            {
                _deliveries.Add(registration.RunAsync(_running));
            }
        }
    }

    /// <summary>Adds an index for <see cref="ILister{T}.ByIndex"/>.</summary>
    /// <param name="name">Name of the index.</param>
    /// <param name="values">Values that an object is filed under.</param>
    /// <exception cref="ArgumentException">There is an index of that name.</exception>
    public void AddIndex(string name, Func<T, IEnumerable<string>> values) => _store.AddIndex(name, values);

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            (_running, _isRunning) = (cancellationToken, true);
            _deliveries.AddRange(_handlers.Select(h => h.RunAsync(cancellationToken)));
        }

        await Task.WhenAll(_reflector.RunAsync(cancellationToken), ResyncAsync(cancellationToken));
        Task[] deliveries;
        lock (_lock)
        {
            _isRunning = false;
            deliveries = [.. _deliveries];
            _deliveries.Clear();
        }

        await Task.WhenAll(deliveries);
    }

    // Resync delivers each object as an update to itself: the same reference marks it (C30).
    private async Task ResyncAsync(CancellationToken cancellationToken)
    {
        if (_options.ResyncPeriod is not { } period)
        {
            return;
        }

        using PeriodicTimer timer = new(
            period < ReflectorConstants.LeastResync ? ReflectorConstants.LeastResync : period,
            _time
        );
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                lock (_lock)
                {
                    foreach (T obj in _store.List())
                    {
                        Notify(h => h.Updated(obj, obj));
                    }
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The informer stops.
        }
    }

    private void Notify(Action<HandlerRegistration<T>> notify)
    {
        foreach (HandlerRegistration<T> handler in _handlers)
        {
            notify(handler);
        }
    }

    // The store changes and the notifications are queued under one lock, so that each handler sees the order of the
    // changes and a late one misses nothing (C26).
    private sealed class Sink(SharedInformer<T> informer) : IReflectorSink<T>
    {
        public void Replace(IReadOnlyList<T> objects)
        {
            List<T> cached = [.. objects.Select(WithoutManagedFields)];
            lock (informer._lock)
            {
                bool isInitial = !informer._isListed;
                IReadOnlyDictionary<ObjectKey, T> before = informer._store.Swap(cached);
                foreach (T obj in cached)
                {
                    NotifySet(before.GetValueOrDefault(obj.Key), obj, isInitial);
                }

                foreach (T gone in before.Values.Where(o => informer._store.Find(o.Key) is null))
                {
                    Tombstone<T> tombstone = new(gone.Key, gone, FinalStateUnknown: true);
                    informer.Notify(h => h.Deleted(tombstone));
                }

                if (isInitial)
                {
                    informer._isListed = true;
                    informer.Notify(h => h.InitialListEnds());
                }
            }

            informer._listed.TrySetResult();
        }

        public void Set(T obj)
        {
            T cached = WithoutManagedFields(obj);
            lock (informer._lock)
            {
                NotifySet(informer._store.Set(cached), cached, isInitial: false);
            }
        }

        public void Remove(T obj)
        {
            T last = WithoutManagedFields(obj);
            lock (informer._lock)
            {
                informer._store.Remove(last.Key);
                Tombstone<T> tombstone = new(last.Key, last, FinalStateUnknown: false);
                informer.Notify(h => h.Deleted(tombstone));
            }
        }

        public void Reached(string resourceVersion)
        {
            Volatile.Write(ref informer._reached, resourceVersion);
            informer._progressed?.Invoke();
        }

        private void NotifySet(T? old, T obj, bool isInitial)
        {
            if (old is null)
            {
                informer.Notify(h => h.Added(obj, isInitial));
            }
            else if (!IsUnchanged(old, obj))
            {
                informer.Notify(h => h.Updated(old, obj));
            }
        }

        // A relist brings what is known already; that is no news.
        private static bool IsUnchanged(T old, T obj) =>
            obj.Metadata.ResourceVersion is { } version
            && version == old.Metadata.ResourceVersion
            && old.Metadata.Uid == obj.Metadata.Uid;

        // Managed fields are often half of an object, and nothing reads them from the cache.
        private static T WithoutManagedFields(T obj)
        {
            KubernetesObject any = obj;
            return any.Metadata.ManagedFields is null
                ? obj
                : (T)(any with { Metadata = any.Metadata with { ManagedFields = null } });
        }
    }
}
