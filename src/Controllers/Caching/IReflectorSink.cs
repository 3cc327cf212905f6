using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Controllers.Caching;

/// <summary>Takes what a reflector reads from the server. Called by one thread at a time.</summary>
internal interface IReflectorSink<T>
    where T : KubernetesObject
{
    /// <summary>A complete list: what is not in it does not exist.</summary>
    void Replace(IReadOnlyList<T> objects);

    /// <summary>An object appeared or changed.</summary>
    void Set(T obj);

    /// <summary>An object vanished; its last state.</summary>
    void Remove(T obj);

    /// <summary>Everything up to this version has been taken.</summary>
    void Reached(string resourceVersion);
}
