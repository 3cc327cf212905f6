using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Patching;
using LlmOperator.Kubernetes.Watching;

namespace LlmOperator.Controllers.Reconciling;

/// <summary>Tells the reconcile that runs what it wrote (C31).</summary>
internal sealed class TrackingClient(IKubernetesClient client) : IKubernetesClient
{
    public Task<T> GetAsync<T>(ObjectKey key, CancellationToken cancellationToken)
        where T : KubernetesObject => client.GetAsync<T>(key, cancellationToken);

    public Task<T?> FindAsync<T>(ObjectKey key, CancellationToken cancellationToken)
        where T : KubernetesObject => client.FindAsync<T>(key, cancellationToken);

    public Task<KubernetesList<T>> ListAsync<T>(ListOptions options, CancellationToken cancellationToken)
        where T : KubernetesObject => client.ListAsync<T>(options, cancellationToken);

    public IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(
        WatchOptions options,
        CancellationToken cancellationToken
    )
        where T : KubernetesObject => client.WatchAsync<T>(options, cancellationToken);

    public Task<T> CreateAsync<T>(T obj, WriteOptions options, CancellationToken cancellationToken)
        where T : KubernetesObject =>
        TrackAsync(client.CreateAsync(obj, options, cancellationToken), options.DryRun);

    public Task<T> ReplaceAsync<T>(T obj, WriteOptions options, CancellationToken cancellationToken)
        where T : KubernetesObject =>
        TrackAsync(client.ReplaceAsync(obj, options, cancellationToken), options.DryRun);

    public Task<T> ApplyAsync<T>(T obj, ApplyOptions options, CancellationToken cancellationToken)
        where T : KubernetesObject =>
        TrackAsync(client.ApplyAsync(obj, options, cancellationToken), options.DryRun);

    public Task<T> ApplyStatusAsync<T>(T obj, ApplyOptions options, CancellationToken cancellationToken)
        where T : KubernetesObject =>
        TrackAsync(client.ApplyStatusAsync(obj, options, cancellationToken), options.DryRun);

    public Task<T> PatchAsync<T>(
        ObjectKey key,
        Patch patch,
        PatchOptions options,
        CancellationToken cancellationToken
    )
        where T : KubernetesObject =>
        TrackAsync(client.PatchAsync<T>(key, patch, options, cancellationToken), options.DryRun);

    public Task<bool> DeleteAsync<T>(
        ObjectKey key,
        DeleteOptions options,
        CancellationToken cancellationToken
    )
        where T : KubernetesObject => client.DeleteAsync<T>(key, options, cancellationToken);

    public Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    ) => client.SendAsync(request, cancellationToken);

    private static async Task<T> TrackAsync<T>(Task<T> write, bool isDryRun)
        where T : KubernetesObject
    {
        T written = await write;
        if (!isDryRun)
        {
            WriteScope.Current?.Wrote(written);
        }

        return written;
    }
}
