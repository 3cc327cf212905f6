using Runner = LlmOperator.Testing.Kubernetes.Kubectl;

namespace LlmOperator.ApiServer.Tests.Kubectl;

/// <summary>A server with the CRD of <c>Data/widgets.yaml</c>, installed and used through the machine's kubectl.</summary>
internal sealed class KubectlServer : IAsyncDisposable
{
    public const string WidgetYaml = """
        apiVersion: test.llmoperator.dev/v1alpha1
        kind: Widget
        metadata: {name: one, namespace: default}
        spec: {size: Small, node: n1, ports: [{name: http, port: 80}]}
        """;

    private readonly ApiServerFixture _fixture;
    private readonly Runner _kubectl;

    private KubectlServer(ApiServerFixture fixture) =>
        (_fixture, _kubectl) = (fixture, new Runner(fixture.Server));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<KubectlServer> StartAsync()
    {
        var server = new KubectlServer(await ApiServerFixture.StartAsync([], Cancellation));
        await server.OkAsync("apply -f -", WidgetServer.CrdYaml);
        await server.OkAsync(
            "wait --for=condition=Established crd/widgets.test.llmoperator.dev --timeout=10s"
        );
        return server;
    }

    /// <summary>The output of a command that must succeed.</summary>
    public async Task<string> OkAsync(string arguments, string? input = null) =>
        (await RunAsync(arguments, input)).Succeeded;

    public Task<KubectlResult> RunAsync(string arguments, string? input = null) =>
        _kubectl.RunAsync(arguments, Cancellation, input);

    public Task<KubectlResult> RunAsync(string[] arguments) => _kubectl.RunAsync(arguments, Cancellation);

    /// <summary><c>kubectl edit</c> with sed as the editor.</summary>
    public async Task<string> EditAsync(string sed, params string[] arguments)
    {
        var environment = new Dictionary<string, string> { ["KUBE_EDITOR"] = $"sed -i '{sed}'" };
        return (await _kubectl.RunAsync(["edit", .. arguments], Cancellation, null, environment)).Succeeded;
    }

    public System.Diagnostics.Process Start(params string[] arguments) => _kubectl.Start(arguments);

    public async ValueTask DisposeAsync()
    {
        _kubectl.Dispose();
        await _fixture.DisposeAsync();
    }
}
