using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Controllers.Caching;

/// <summary>The cached objects of a kind and their indexes. Only the informer writes it. Thread-safe.</summary>
internal sealed class ObjectStore<T> : ILister<T>
    where T : KubernetesObject
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, StoreIndex<T>> _indexes = [];
    private Dictionary<ObjectKey, T> _objects = [];

    // Made when asked for and kept until something changes: reconcilers list far more often than objects change.
    private T[]? _all;

    public IReadOnlyList<T> List(string? ns = null)
    {
        T[] all;
        lock (_lock)
        {
            all = _all ??= [.. _objects.Values];
        }

        return ns is null ? all : [.. all.Where(o => o.Metadata.Namespace == ns)];
    }

    public T? Find(ObjectKey key)
    {
        lock (_lock)
        {
            return _objects.GetValueOrDefault(key);
        }
    }

    public IReadOnlyList<T> ByIndex(string index, string value)
    {
        lock (_lock)
        {
            return _indexes.TryGetValue(index, out StoreIndex<T>? found)
                ? [.. found.KeysOf(value).Select(key => _objects[key])]
                : throw new ArgumentException(
                    $"There is no index \"{index}\" of {typeof(T).Name}; add it with AddIndex.",
                    nameof(index)
                );
        }
    }

    /// <summary>Adds an index, over what is cached already too.</summary>
    public void AddIndex(string name, Func<T, IEnumerable<string>> values)
    {
        lock (_lock)
        {
            StoreIndex<T> index = new(values);
            index.Rebuild(_objects.Values);
            if (!_indexes.TryAdd(name, index))
            {
                throw new ArgumentException($"There is an index \"{name}\" of {typeof(T).Name} already.");
            }
        }
    }

    /// <summary>Stores an object; returns what it replaced.</summary>
    public T? Set(T obj)
    {
        lock (_lock)
        {
            T? old = _objects.GetValueOrDefault(obj.Key);
            _objects[obj.Key] = obj;
            foreach (StoreIndex<T> index in _indexes.Values)
            {
                index.Replace(old, obj);
            }

            _all = null;
            return old;
        }
    }

    /// <summary>Removes an object; returns it, or null when it was not there.</summary>
    public T? Remove(ObjectKey key)
    {
        lock (_lock)
        {
            if (!_objects.Remove(key, out T? old))
            {
                return null;
            }

            foreach (StoreIndex<T> index in _indexes.Values)
            {
                index.Replace(old, replacement: null);
            }

            _all = null;
            return old;
        }
    }

    /// <summary>Swaps the whole content at once (C24); returns what was there before.</summary>
    public IReadOnlyDictionary<ObjectKey, T> Swap(IEnumerable<T> objects)
    {
        Dictionary<ObjectKey, T> next = [];
        foreach (T obj in objects)
        {
            next[obj.Key] = obj;
        }

        lock (_lock)
        {
            Dictionary<ObjectKey, T> before = _objects;
            _objects = next;
            _all = null;
            foreach (StoreIndex<T> index in _indexes.Values)
            {
                index.Rebuild(next.Values);
            }

            return before;
        }
    }
}
