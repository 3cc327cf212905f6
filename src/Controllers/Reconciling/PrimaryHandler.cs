using LlmOperator.Controllers.Caching;
using LlmOperator.Controllers.Queueing;
using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Controllers.Reconciling;

/// <summary>Enqueues the key of each object that changed.</summary>
internal sealed class PrimaryHandler<T>(WorkQueue<ObjectKey> queue, Func<T?, T?, bool> predicate)
    : IInformerHandler<T>
    where T : KubernetesObject
{
    public void OnAdded(T obj, bool isInInitialList)
    {
        if (predicate(null, obj))
        {
            queue.Add(obj.Key, isInInitialList ? Priorities.Low : Priorities.Normal);
        }
    }

    public void OnUpdated(T oldObj, T newObj)
    {
        if (predicate(oldObj, newObj))
        {
            queue.Add(newObj.Key, ReferenceEquals(oldObj, newObj) ? Priorities.Low : Priorities.Normal);
        }
    }

    public void OnDeleted(Tombstone<T> tombstone)
    {
        // Without a last state there is nothing to ask the predicate about; the key alone counts (fault 15).
        if (tombstone.LastKnown is null || predicate(tombstone.LastKnown, null))
        {
            queue.Add(tombstone.Key);
        }
    }
}
