using LlmOperator.Testing.Kubernetes;

namespace LlmOperator.Deploy.Tests.Rbac;

/// <summary>The embedded API server, which knows one token and no roles.</summary>
internal sealed class EmbeddedStoryServer : StoryServer
{
    private readonly ApiServerFixture _server;

    private EmbeddedStoryServer(ApiServerFixture server) => _server = server;

    public override HttpClient Admin => _server.Client;

    public static async Task<StoryServer> StartAsync(CancellationToken cancellationToken) =>
        new EmbeddedStoryServer(await ApiServerFixture.StartAsync(Crds, cancellationToken));

    public override HttpClient ClientOf(Component component) => _server.Client;

    public override ValueTask DisposeAsync() => _server.DisposeAsync();
}
