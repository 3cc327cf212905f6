using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Configuration;

namespace LlmOperator.Conformance.Targets;

/// <summary>A running API server.</summary>
internal abstract class ConformanceTarget : IAsyncDisposable
{
    protected ConformanceTarget(KubernetesConfiguration configuration) =>
        Client = new KubernetesClient(configuration, TimeProvider.System);

    public KubernetesClient Client { get; }

    /// <summary>What the server was found to have.</summary>
    public IReadOnlySet<Need> Offers { get; private set; } = new HashSet<Need>();

    /// <summary>Whether namespaces that tests made must be removed, because the server lives on.</summary>
    public virtual bool OutlivesTheTests => false;

    /// <summary>Installs the CRDs of the tests and finds out what the server offers.</summary>
    public async Task PrepareAsync(CancellationToken cancellation)
    {
        var setUp = new TargetSetUp(Client, cancellation);
        await setUp.InstallAsync();
        await AgeAsync(setUp);
        Offers = await setUp.DiscoverAsync(await HasGarbageCollectorAsync(setUp));
    }

    /// <summary>Sees to it that resource version 1 is too old to be watched from.</summary>
    protected virtual Task AgeAsync(TargetSetUp setUp) => Task.CompletedTask;

    /// <summary>A controller manager holds a lease for as long as it runs.</summary>
    protected virtual Task<bool> HasGarbageCollectorAsync(TargetSetUp setUp) =>
        setUp.IsServedAsync(
            "apis/coordination.k8s.io/v1/namespaces/kube-system/leases/kube-controller-manager"
        );

    public virtual ValueTask DisposeAsync()
    {
        Client.Dispose();
        return ValueTask.CompletedTask;
    }
}
