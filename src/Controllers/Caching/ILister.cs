using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Controllers.Caching;

/// <summary>Reads the local cache of a kind. The objects are shared and must not be mutated (C28). Thread-safe.</summary>
/// <typeparam name="T">Kind cached.</typeparam>
public interface ILister<T>
    where T : KubernetesObject
{
    /// <summary>All cached objects, in no particular order; a snapshot.</summary>
    /// <param name="ns">Namespace; null for all.</param>
    IReadOnlyList<T> List(string? ns = null);

    /// <summary>The cached object, or null.</summary>
    T? Find(ObjectKey key);

    /// <summary>Objects that an index files under a value.</summary>
    /// <exception cref="ArgumentException">No such index was added.</exception>
    IReadOnlyList<T> ByIndex(string index, string value);
}
