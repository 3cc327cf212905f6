using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Patching;
using LlmOperator.Kubernetes.Watching;

namespace LlmOperator.Testing.Kubernetes;

/// <summary>
/// A client in front of another whose calls a test can observe and break: <see cref="Before"/> may throw in place of
/// the call, <see cref="After"/> in place of its answer (the write happened, the answer was lost).
/// </summary>
public class DelegatingKubernetesClient(IKubernetesClient inner) : IKubernetesClient
{
    private int _calls;

    /// <summary>Called before each call with its verb (get, list, watch, create, replace, apply, applyStatus, patch, delete) and key.</summary>
    public Func<string, ObjectKey?, CancellationToken, Task> Before { get; set; } =
        (_, _, _) => Task.CompletedTask;

    /// <summary>Called after each successful call.</summary>
    public Func<string, ObjectKey?, CancellationToken, Task> After { get; set; } =
        (_, _, _) => Task.CompletedTask;

    /// <summary>Calls so far.</summary>
    public int Calls => Volatile.Read(ref _calls);

    /// <summary>Hears of each call but watches, before it is made, with the type of its object.</summary>
    public Action<string, Type, ObjectKey?> Calling { get; set; } = (_, _, _) => { };

    public Task<T> GetAsync<T>(ObjectKey key, CancellationToken cancellationToken)
        where T : KubernetesObject =>
        CallAsync(typeof(T), "get", key, () => inner.GetAsync<T>(key, cancellationToken), cancellationToken);

    public Task<T?> FindAsync<T>(ObjectKey key, CancellationToken cancellationToken)
        where T : KubernetesObject =>
        CallAsync(typeof(T), "get", key, () => inner.FindAsync<T>(key, cancellationToken), cancellationToken);

    public virtual Task<KubernetesList<T>> ListAsync<T>(
        ListOptions options,
        CancellationToken cancellationToken
    )
        where T : KubernetesObject =>
        CallAsync(
            typeof(T),
            "list",
            null,
            () => inner.ListAsync<T>(options, cancellationToken),
            cancellationToken
        );

    public virtual IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(
        WatchOptions options,
        CancellationToken cancellationToken
    )
        where T : KubernetesObject => inner.WatchAsync<T>(options, cancellationToken);

    public virtual Task<T> CreateAsync<T>(T obj, WriteOptions options, CancellationToken cancellationToken)
        where T : KubernetesObject =>
        CallAsync(
            typeof(T),
            "create",
            obj.Metadata.Name is null ? null : obj.Key,
            () => inner.CreateAsync(obj, options, cancellationToken),
            cancellationToken
        );

    public Task<T> ReplaceAsync<T>(T obj, WriteOptions options, CancellationToken cancellationToken)
        where T : KubernetesObject =>
        CallAsync(
            typeof(T),
            "replace",
            obj.Key,
            () => inner.ReplaceAsync(obj, options, cancellationToken),
            cancellationToken
        );

    public Task<T> ApplyAsync<T>(T obj, ApplyOptions options, CancellationToken cancellationToken)
        where T : KubernetesObject =>
        CallAsync(
            typeof(T),
            "apply",
            obj.Key,
            () => inner.ApplyAsync(obj, options, cancellationToken),
            cancellationToken
        );

    public Task<T> ApplyStatusAsync<T>(T obj, ApplyOptions options, CancellationToken cancellationToken)
        where T : KubernetesObject =>
        CallAsync(
            typeof(T),
            "applyStatus",
            obj.Key,
            () => inner.ApplyStatusAsync(obj, options, cancellationToken),
            cancellationToken
        );

    public Task<T> PatchAsync<T>(
        ObjectKey key,
        Patch patch,
        PatchOptions options,
        CancellationToken cancellationToken
    )
        where T : KubernetesObject =>
        CallAsync(
            typeof(T),
            "patch",
            key,
            () => inner.PatchAsync<T>(key, patch, options, cancellationToken),
            cancellationToken
        );

    public Task<bool> DeleteAsync<T>(
        ObjectKey key,
        DeleteOptions options,
        CancellationToken cancellationToken
    )
        where T : KubernetesObject =>
        CallAsync(
            typeof(T),
            "delete",
            key,
            () => inner.DeleteAsync<T>(key, options, cancellationToken),
            cancellationToken
        );

    public Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    ) => inner.SendAsync(request, cancellationToken);

    private async Task<TResult> CallAsync<TResult>(
        Type kind,
        string verb,
        ObjectKey? key,
        Func<Task<TResult>> call,
        CancellationToken cancellationToken
    )
    {
        Interlocked.Increment(ref _calls);
        Calling(verb, kind, key);
        await Before(verb, key, cancellationToken);
        TResult result = await call();
        await After(verb, key, cancellationToken);
        return result;
    }
}
