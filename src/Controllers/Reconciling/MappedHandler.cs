using LlmOperator.Controllers.Caching;
using LlmOperator.Controllers.Queueing;
using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Controllers.Reconciling;

/// <summary>Enqueues the keys that a mapper names for each change of another kind.</summary>
internal sealed class MappedHandler<T>(
    WorkQueue<ObjectKey> queue,
    Func<T?, T?, IEnumerable<ObjectKey>> mapper
) : IInformerHandler<T>
    where T : KubernetesObject
{
    public void OnAdded(T obj, bool isInInitialList) =>
        Enqueue(null, obj, isInInitialList ? Priorities.Low : Priorities.Normal);

    public void OnUpdated(T oldObj, T newObj) =>
        Enqueue(oldObj, newObj, ReferenceEquals(oldObj, newObj) ? Priorities.Low : Priorities.Normal);

    public void OnDeleted(Tombstone<T> tombstone)
    {
        if (tombstone.LastKnown is { } last)
        {
            Enqueue(last, null, Priorities.Normal);
        }
    }

    private void Enqueue(T? old, T? @new, int priority)
    {
        foreach (ObjectKey key in mapper(old, @new))
        {
            queue.Add(key, priority);
        }
    }
}
