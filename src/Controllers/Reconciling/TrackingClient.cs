using LlmOperator.Controllers.LeaderElection;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Patching;
using LlmOperator.Kubernetes.Watching;

namespace LlmOperator.Controllers.Reconciling;

/// <summary>Tells the reconcile that runs what it wrote (C31), and writes nothing after leadership was lost (C51).</summary>
/// <param name="client">Client to use.</param>
/// <param name="mayWrite">False when another instance may lead.</param>
internal sealed class TrackingClient(IKubernetesClient client, Func<bool> mayWrite) : IKubernetesClient
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
        TrackAsync(() => client.CreateAsync(obj, options, cancellationToken), options.DryRun);

    public Task<T> ReplaceAsync<T>(T obj, WriteOptions options, CancellationToken cancellationToken)
        where T : KubernetesObject =>
        TrackAsync(() => client.ReplaceAsync(obj, options, cancellationToken), options.DryRun);

    public Task<T> ApplyAsync<T>(T obj, ApplyOptions options, CancellationToken cancellationToken)
        where T : KubernetesObject =>
        TrackAsync(() => client.ApplyAsync(obj, options, cancellationToken), options.DryRun);

    public Task<T> ApplyStatusAsync<T>(T obj, ApplyOptions options, CancellationToken cancellationToken)
        where T : KubernetesObject =>
        TrackAsync(() => client.ApplyStatusAsync(obj, options, cancellationToken), options.DryRun);

    public Task<T> PatchAsync<T>(
        ObjectKey key,
        Patch patch,
        PatchOptions options,
        CancellationToken cancellationToken
    )
        where T : KubernetesObject =>
        TrackAsync(() => client.PatchAsync<T>(key, patch, options, cancellationToken), options.DryRun);

    public async Task<bool> DeleteAsync<T>(
        ObjectKey key,
        DeleteOptions options,
        CancellationToken cancellationToken
    )
        where T : KubernetesObject
    {
        RequireLeadership();
        bool existed = await client.DeleteAsync<T>(key, options, cancellationToken);
        if (!options.DryRun)
        {
            WriteScope.Current?.Deleted<T>(key, options.PreconditionUid);
        }

        return existed;
    }

    public Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        if (request.Method != HttpMethod.Get)
        {
            RequireLeadership();
        }

        return client.SendAsync(request, cancellationToken);
    }

    private async Task<T> TrackAsync<T>(Func<Task<T>> write, bool isDryRun)
        where T : KubernetesObject
    {
        RequireLeadership();
        T written = await write();
        if (!isDryRun)
        {
            WriteScope.Current?.Wrote(written);
        }

        return written;
    }

    private void RequireLeadership()
    {
        if (!mayWrite())
        {
            throw new LeadershipLostException("Leadership is lost; nothing is written any more.");
        }
    }
}
