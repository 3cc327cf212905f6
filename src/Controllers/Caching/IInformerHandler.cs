using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Controllers.Caching;

/// <summary>
/// Hears of changes of a cache, in order for each object, after the cache shows them (C26). Called by one thread at a
/// time. Must not block: enqueue a key and return.
/// </summary>
/// <typeparam name="T">Kind cached.</typeparam>
public interface IInformerHandler<T>
    where T : KubernetesObject
{
    /// <summary>An object appeared.</summary>
    /// <param name="obj">The object.</param>
    /// <param name="isInInitialList">True when it existed before the informer, or this handler, began.</param>
    void OnAdded(T obj, bool isInInitialList);

    /// <summary>An object changed. The UIDs differ when it was deleted and made again meanwhile (C25).</summary>
    void OnUpdated(T oldObj, T newObj);

    /// <summary>An object vanished.</summary>
    void OnDeleted(Tombstone<T> tombstone);
}
