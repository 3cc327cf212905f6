using LlmOperator.Controllers.Caching;
using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Storm.Fleet;

/// <summary>Counts the additions, changes and deletions of each object.</summary>
internal sealed class ChangeCounter<T>(Action<T> look) : IInformerHandler<T>
    where T : KubernetesObject
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ObjectKey, int> _added = [];
    private int _updated;
    private int _deleted;

    public int Updated => Volatile.Read(ref _updated);

    public int Deleted => Volatile.Read(ref _deleted);

    /// <summary>Objects that were made more than once.</summary>
    public IReadOnlyList<ObjectKey> MadeAgain
    {
        get
        {
            lock (_lock)
            {
                return [.. _added.Where(a => a.Value > 1).Select(a => a.Key)];
            }
        }
    }

    /// <summary>Additions in all.</summary>
    public int Added
    {
        get
        {
            lock (_lock)
            {
                return _added.Values.Sum();
            }
        }
    }

    public void OnAdded(T obj, bool isInInitialList)
    {
        lock (_lock)
        {
            _added[obj.Key] = _added.GetValueOrDefault(obj.Key) + 1;
        }

        look(obj);
    }

    public void OnUpdated(T oldObj, T newObj)
    {
        Interlocked.Increment(ref _updated);
        look(newObj);
    }

    public void OnDeleted(Tombstone<T> tombstone) => Interlocked.Increment(ref _deleted);
}
