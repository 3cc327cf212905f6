using System.Text.Json.Nodes;

namespace LlmOperator.ApiServer.Storage;

/// <summary>
/// All objects, with one revision counter for all of them. A write is decided against the latest state,
/// handed to the journal, and becomes visible to readers and watches, all at once and in order, when the
/// journal has it on disk: nobody ever sees a state that a crash could take back.
/// </summary>
internal sealed class ObjectStore : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<GroupResource, ResourceLog> _logs = [];
    private readonly IJournal _journal;
    private readonly int _historyEvents;
    private readonly long _historyBytes;
    private readonly long _startRevision;
    private StoreSnapshot _latest;
    private volatile StoreSnapshot _published;

    public ObjectStore(IJournal journal, int historyEvents, long historyBytes = 8 << 20)
    {
        _journal = journal;
        _historyEvents = historyEvents;
        _historyBytes = historyBytes;
        _published = _latest = journal.Load();
        _startRevision = _latest.Revision;
        journal.Start(Publish, Rollback, () => _published);
    }

    /// <summary>Called, under the store's lock, with each change before it becomes visible.</summary>
    public Action<StoreEvent>? Publishing { get; set; }

    /// <summary>Called after changes became visible.</summary>
    public Action<IReadOnlyList<StoreEvent>>? Published { get; set; }

    /// <summary>What readers see.</summary>
    public StoreSnapshot Current => _published;

    /// <summary>The state that the next write is decided against; may hold writes that are not on disk yet.</summary>
    public StoredObject? Latest(GroupResource resource, string key)
    {
        lock (_gate)
        {
            return _latest.Find(resource, key);
        }
    }

    /// <summary>Writes <paramref name="content"/> where the latest state is still <paramref name="expected"/> (null: none).</summary>
    /// <returns>The stored object once it is durable, or null when somebody else was first.</returns>
    public async Task<StoredObject?> TryPutAsync(
        GroupResource resource,
        StoredObject? expected,
        JsonObject content
    )
    {
        Task durable;
        StoreEvent change;
        lock (_gate)
        {
            var stored = StoredObject.Freeze(resource, content, _latest.Revision + 1);
            if (!ReferenceEquals(_latest.Find(resource, stored.Key), expected))
            {
                return null;
            }
            var type = expected is null ? StoreEventType.Added : StoreEventType.Modified;
            change = new StoreEvent(type, stored, expected);
            _latest = _latest.With(change);
            durable = _journal.Append(change);
        }
        await durable;
        return change.Object;
    }

    /// <summary>Removes the object where its latest state is still <paramref name="expected"/>.</summary>
    /// <param name="final">The content that watches see last.</param>
    /// <returns>The last state once the removal is durable, or null when somebody else was first.</returns>
    public async Task<StoredObject?> TryDeleteAsync(StoredObject expected, JsonObject final)
    {
        Task durable;
        StoreEvent change;
        lock (_gate)
        {
            if (!ReferenceEquals(_latest.Find(expected.Resource, expected.Key), expected))
            {
                return null;
            }
            var stored = StoredObject.Freeze(expected.Resource, final, _latest.Revision + 1);
            change = new StoreEvent(StoreEventType.Deleted, stored, expected);
            _latest = _latest.With(change);
            durable = _journal.Append(change);
        }
        await durable;
        return change.Object;
    }

    /// <summary>The changes of a resource after a revision.</summary>
    public WatchBatch Watch(GroupResource resource, long after)
    {
        lock (_gate)
        {
            var log = LogOf(resource);
            return after < log.OldestRevision
                ? new([], _published.Revision, log.OldestRevision, log.Changed)
                : new(log.After(after), Math.Max(after, _published.Revision), null, log.Changed);
        }
    }

    /// <summary>The objects of a resource as they were at a revision, or null when that is no longer known.</summary>
    public IEnumerable<StoredObject>? At(GroupResource resource, long revision)
    {
        lock (_gate)
        {
            var log = LogOf(resource);
            if (revision < log.OldestRevision)
            {
                return null;
            }
            var objects = _published.Of(resource);
            foreach (var change in log.After(revision).Reverse())
            {
                objects = change.Previous is null
                    ? objects.Remove(change.Object.Key)
                    : objects.SetItem(change.Object.Key, change.Previous);
            }
            return objects.Values;
        }
    }

    /// <summary>The oldest revision from which a watch of the resource can start.</summary>
    public long OldestRevision(GroupResource resource)
    {
        lock (_gate)
        {
            return LogOf(resource).OldestRevision;
        }
    }

    /// <summary>Forgets the history of all resources, as etcd's compaction does.</summary>
    public void Compact()
    {
        lock (_gate)
        {
            foreach (var resource in _published.Resources.Keys)
            {
                LogOf(resource).Compact(_published.Revision);
                LogOf(resource).Signal();
            }
        }
    }

    public ValueTask DisposeAsync() => _journal.DisposeAsync();

    private void Publish(IReadOnlyList<StoreEvent> changes)
    {
        lock (_gate)
        {
            foreach (var change in changes)
            {
                Publishing?.Invoke(change);
                LogOf(change.Object.Resource).Append(change);
                _published = _published.With(change);
            }
            foreach (var resource in changes.Select(c => c.Object.Resource).Distinct())
            {
                LogOf(resource).Signal();
            }
        }
        Published?.Invoke(changes);
    }

    private void Rollback(Action underLock)
    {
        lock (_gate)
        {
            _latest = _published;
            underLock();
        }
    }

    private ResourceLog LogOf(GroupResource resource)
    {
        if (!_logs.TryGetValue(resource, out var log))
        {
            _logs[resource] = log = new ResourceLog(_startRevision, _historyEvents, _historyBytes);
        }
        return log;
    }
}
