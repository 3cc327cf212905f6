using LlmOperator.Controllers.Caching;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Serialization;

namespace LlmOperator.Testing.Kubernetes;

/// <summary>
/// Keeps the text of each object that entered a cache beside the object itself, and finds those that somebody mutated
/// (C28; client-go's mutation_detector.go).
/// </summary>
public sealed class MutationDetector<T> : IInformerHandler<T>
    where T : KubernetesObject
{
    private readonly Lock _lock = new();
    private readonly List<(T Object, string Text)> _seen = [];

    public void OnAdded(T obj, bool isInInitialList) => Keep(obj);

    public void OnUpdated(T oldObj, T newObj) => Keep(newObj);

    public void OnDeleted(Tombstone<T> tombstone)
    {
        if (tombstone.LastKnown is { } last)
        {
            Keep(last);
        }
    }

    /// <summary>Throws when an object is not what it was when it entered the cache.</summary>
    public void Verify()
    {
        lock (_lock)
        {
            foreach ((T obj, string text) in _seen)
            {
                string now = KubernetesJson.ToText(obj);
                if (now != text)
                {
                    throw new InvalidOperationException(
                        $"The cached {typeof(T).Name} {obj.Key} was mutated: it entered as {text} and is {now}."
                    );
                }
            }
        }
    }

    private void Keep(T obj)
    {
        lock (_lock)
        {
            _seen.Add((obj, KubernetesJson.ToText(obj)));
        }
    }
}
