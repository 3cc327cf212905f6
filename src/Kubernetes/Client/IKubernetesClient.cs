using LlmOperator.Kubernetes.Errors;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Patching;
using LlmOperator.Kubernetes.Watching;

namespace LlmOperator.Kubernetes.Client;

/// <summary>
/// Typed client of a Kubernetes API server. Every call throws <see cref="KubernetesApiException"/> when the server
/// refuses and <see cref="HttpRequestException"/> when it cannot be reached. Thread-safe.
/// </summary>
public interface IKubernetesClient
{
    /// <summary>Reads one object, live from the server.</summary>
    Task<T> GetAsync<T>(ObjectKey key, CancellationToken cancellationToken)
        where T : KubernetesObject;

    /// <summary>Reads one object, or null when it does not exist.</summary>
    Task<T?> FindAsync<T>(ObjectKey key, CancellationToken cancellationToken)
        where T : KubernetesObject;

    /// <summary>Reads one page (all objects when <see cref="ListOptions.Limit"/> is not set).</summary>
    Task<KubernetesList<T>> ListAsync<T>(ListOptions options, CancellationToken cancellationToken)
        where T : KubernetesObject;

    /// <summary>Opens a watch; it ends when the server ends it or the token is cancelled. A malformed line throws.</summary>
    IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(WatchOptions options, CancellationToken cancellationToken)
        where T : KubernetesObject;

    /// <summary>Creates an object.</summary>
    Task<T> CreateAsync<T>(T obj, WriteOptions options, CancellationToken cancellationToken)
        where T : KubernetesObject;

    /// <summary>Replaces an object; its resource version, when set, is the precondition. Not for partial models (C42).</summary>
    Task<T> ReplaceAsync<T>(T obj, WriteOptions options, CancellationToken cancellationToken)
        where T : KubernetesObject;

    /// <summary>Server-side apply: creates the object or takes the given fields over (C41). Fields left out are given up.</summary>
    /// <param name="obj">Type, name and all fields that the field manager cares about.</param>
    /// <param name="options">Field manager, required; force.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    Task<T> ApplyAsync<T>(T obj, ApplyOptions options, CancellationToken cancellationToken)
        where T : KubernetesObject;

    /// <summary>Server-side apply of the status subresource; only the status of <paramref name="obj"/> is sent (C43).</summary>
    Task<T> ApplyStatusAsync<T>(T obj, ApplyOptions options, CancellationToken cancellationToken)
        where T : KubernetesObject;

    /// <summary>Merge or JSON patch of an object or its subresource.</summary>
    Task<T> PatchAsync<T>(
        ObjectKey key,
        Patch patch,
        PatchOptions options,
        CancellationToken cancellationToken
    )
        where T : KubernetesObject;

    /// <summary>Deletes an object. False when it did not exist (404 is success, C47).</summary>
    Task<bool> DeleteAsync<T>(ObjectKey key, DeleteOptions options, CancellationToken cancellationToken)
        where T : KubernetesObject;

    /// <summary>Sends a raw request, for what is not typed (discovery, tables, arbitrary kinds). The caller disposes the response; the status is not checked.</summary>
    /// <param name="request">Request with a relative URI such as <c>apis/llmoperator.dev/v1alpha1/llmmodels</c>.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken);
}
