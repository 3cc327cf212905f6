using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Controllers.Caching;

/// <summary>Files keys under values of their objects, for example owner UIDs (C32). Guarded by the store's lock.</summary>
internal sealed class StoreIndex<T>(Func<T, IEnumerable<string>> values)
    where T : KubernetesObject
{
    private readonly Dictionary<string, HashSet<ObjectKey>> _keys = [];

    public IEnumerable<ObjectKey> KeysOf(string value) => _keys.GetValueOrDefault(value) ?? [];

    public void Rebuild(IEnumerable<T> objects)
    {
        _keys.Clear();
        foreach (T obj in objects)
        {
            Add(obj);
        }
    }

    public void Replace(T? old, T? replacement)
    {
        if (old is not null)
        {
            foreach (string value in values(old))
            {
                if (
                    _keys.TryGetValue(value, out HashSet<ObjectKey>? keys)
                    && keys.Remove(old.Key)
                    && keys.Count == 0
                )
                {
                    _keys.Remove(value);
                }
            }
        }

        if (replacement is not null)
        {
            Add(replacement);
        }
    }

    private void Add(T obj)
    {
        foreach (string value in values(obj))
        {
            if (!_keys.TryGetValue(value, out HashSet<ObjectKey>? keys))
            {
                _keys[value] = keys = [];
            }

            keys.Add(obj.Key);
        }
    }
}
