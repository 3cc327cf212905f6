using LlmOperator.ApiServer;
using LlmOperator.Kubernetes.Configuration;

namespace LlmOperator.Conformance.Targets;

/// <summary>The API server of this project, in memory.</summary>
internal sealed class EmbeddedTarget : ConformanceTarget
{
    private readonly EmbeddedApiServer _server;

    private EmbeddedTarget(EmbeddedApiServer server)
        : base(KubernetesConfiguration.FromKubeconfigText(server.Kubeconfig)) => _server = server;

    public static async Task<ConformanceTarget> StartAsync(CancellationToken cancellation) =>
        // Room for a whole run, so that no test sees its own watch expire.
        new EmbeddedTarget(
            await EmbeddedApiServer.StartAsync(
                new ApiServerOptions
                {
                    WatchHistory = 100_000,
                    BookmarkInterval = TimeSpan.FromMilliseconds(500),
                },
                cancellation
            )
        );

    protected override async Task AgeAsync(TargetSetUp setUp)
    {
        var widget = $$"""
            {"apiVersion":"{{Workspace.Group}}/v1","kind":"Widget","metadata":{"name":"old"},"spec":{"size":"Small"} }
            """;
        await setUp.CreateAsync(Workspace.PathOf("default", "widgets"), widget);
        _server.CompactHistory();
    }

    protected override Task<bool> HasGarbageCollectorAsync(TargetSetUp setUp) => Task.FromResult(true);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _server.DisposeAsync();
    }
}
