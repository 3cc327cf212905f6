using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Patching;
using LlmOperator.Kubernetes.Watching;

namespace LlmOperator.Testing.Kubernetes;

/// <summary>A client that can do what whoever derives from it can; anything else that is asked of it fails the test.</summary>
public abstract class PartialKubernetesClient : IKubernetesClient
{
    public virtual Task<KubernetesList<T>> ListAsync<T>(
        ListOptions options,
        CancellationToken cancellationToken
    )
        where T : KubernetesObject => throw new NotSupportedException();

    public virtual IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(
        WatchOptions options,
        CancellationToken cancellationToken
    )
        where T : KubernetesObject => throw new NotSupportedException();

    public virtual Task<T> GetAsync<T>(ObjectKey key, CancellationToken cancellationToken)
        where T : KubernetesObject => throw new NotSupportedException();

    public virtual Task<T?> FindAsync<T>(ObjectKey key, CancellationToken cancellationToken)
        where T : KubernetesObject => throw new NotSupportedException();

    public virtual Task<T> CreateAsync<T>(T obj, WriteOptions options, CancellationToken cancellationToken)
        where T : KubernetesObject => throw new NotSupportedException();

    public virtual Task<T> ReplaceAsync<T>(T obj, WriteOptions options, CancellationToken cancellationToken)
        where T : KubernetesObject => throw new NotSupportedException();

    public virtual Task<T> ApplyAsync<T>(T obj, ApplyOptions options, CancellationToken cancellationToken)
        where T : KubernetesObject => throw new NotSupportedException();

    public virtual Task<T> ApplyStatusAsync<T>(
        T obj,
        ApplyOptions options,
        CancellationToken cancellationToken
    )
        where T : KubernetesObject => throw new NotSupportedException();

    public virtual Task<T> PatchAsync<T>(
        ObjectKey key,
        Patch patch,
        PatchOptions options,
        CancellationToken cancellationToken
    )
        where T : KubernetesObject => throw new NotSupportedException();

    public virtual Task<bool> DeleteAsync<T>(
        ObjectKey key,
        DeleteOptions options,
        CancellationToken cancellationToken
    )
        where T : KubernetesObject => throw new NotSupportedException();

    public virtual Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException();
}
