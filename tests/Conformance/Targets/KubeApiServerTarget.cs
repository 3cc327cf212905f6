using LlmOperator.Kubernetes.Configuration;

namespace LlmOperator.Conformance.Targets;

/// <summary>kube-apiserver on etcd, started as envtest of controller-runtime does: loopback, temporary folder, one admin.</summary>
internal sealed class KubeApiServerTarget : ConformanceTarget
{
    private readonly ControlPlane _plane;

    private KubeApiServerTarget(ControlPlane plane)
        : base(KubernetesConfiguration.FromKubeconfigText(plane.Kubeconfig)) => _plane = plane;

    public static async Task<ConformanceTarget> StartAsync(string assets, CancellationToken cancellation)
    {
        var plane = new ControlPlane(assets);
        try
        {
            await plane.StartAsync(cancellation);
            return new KubeApiServerTarget(plane);
        }
        catch
        {
            await plane.DisposeAsync();
            throw;
        }
    }

    protected override async Task AgeAsync(TargetSetUp setUp) =>
        await _plane.CompactAsync(await setUp.VersionAsync(), CancellationToken.None);

    // The controller manager is started after the CRDs, so that its garbage collector knows them from the start.
    protected override Task<bool> HasGarbageCollectorAsync(TargetSetUp setUp) =>
        Task.FromResult(_plane.StartControllerManager());

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _plane.DisposeAsync();
    }
}
