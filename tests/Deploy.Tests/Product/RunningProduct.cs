using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using LlmOperator.Api.Schema;
using LlmOperator.Controllers.Hosting;
using LlmOperator.Kubernetes.Configuration;
using LlmOperator.Kubernetes.Serialization;
using LlmOperator.NodeAgent;
using LlmOperator.Operator;
using LlmOperator.Router;
using LlmOperator.Telemetry.Prometheus;
using LlmOperator.Testing.Engine;
using LlmOperator.Testing.Kubernetes;
using LlmOperator.Testing.Registries;
using Microsoft.Extensions.Logging.Abstractions;

namespace LlmOperator.Deploy.Tests.Product;

/// <summary>Operator, agent and router with the real engine on an embedded API server, and a registry with models.</summary>
internal sealed class RunningProduct : IAsyncDisposable
{
    public const string Node = "node-a";

    /// <summary>What the parts and monitoring authenticate with.</summary>
    public const string PartToken = "0123456789abcdef";

    public const string Group = "apis/llmoperator.dev/v1alpha1";
    public const string InDefault = Group + "/namespaces/default";
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);
    private readonly EngineFixture _engine;
    private readonly Stack<IAsyncDisposable> _owned = new();
    private readonly KubernetesConfiguration _kubernetes;
    private readonly string _data;

    private RunningProduct(EngineFixture engine, ApiServerFixture server, RegistryStandIn registry)
    {
        _engine = engine;
        _data = engine.NewFolder();
        (Server, Registry) = (server, registry);
        _kubernetes = KubernetesConfiguration.FromKubeconfigText(server.Server.Kubeconfig);
        _owned.Push(server);
        _owned.Push(registry);
    }

    public ApiServerFixture Server { get; }

    public RegistryStandIn Registry { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <param name="engine">Engine and model.</param>
    /// <param name="change">Changes each kind's definition before it is installed.</param>
    public static async Task<RunningProduct> StartAsync(
        EngineFixture engine,
        Action<JsonObject>? change = null
    )
    {
        ApiServerFixture server = await ApiServerFixture.StartAsync(
            CrdManifests.All.Select(crd =>
            {
                change?.Invoke(crd);
                return KubernetesYaml.Write(crd);
            }),
            Token
        );
        RegistryStandIn registry = await RegistryStandIn.StartAsync(Token);
        registry.HuggingFace.Add("some/tiny", "tiny.gguf", RegistryContent.FromFile(engine.TinyModelPath));
        RunningProduct product = new(engine, server, registry);
        await product.ApplyAsync(
            "api/v1/namespaces/llm-system",
            """{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"llm-system"}}"""
        );
        return product;
    }

    /// <summary>A model of half a megabyte.</summary>
    public static string Model(string name, string file = "tiny.gguf") =>
        $"""
            apiVersion: llmoperator.dev/v1alpha1
            kind: LlmModel
            metadata:
              name: {name}
              namespace: default
            spec:
              source:
                huggingFace:
                  repo: some/tiny
                  file: {file}
            """;

    public async Task<IHostedPart> StartOperatorAsync(TimeSpan? nodeLostAfter = null) =>
        await StartAsync(
            OperatorHost.Create(
                new OperatorOptions
                {
                    Sources = Registry.Settings,
                    LeaderElection = false,
                    NodeLostAfter = nodeLostAfter ?? TimeSpan.FromSeconds(60),
                    ListenAddress = new Uri("http://127.0.0.1:0"),
                    MetricsToken = new MetricsToken(PartToken),
                },
                _kubernetes,
                NullLoggerFactory.Instance,
                TimeProvider.System
            )
        );

    public async Task<IHostedPart> StartAgentAsync() =>
        await StartAsync(
            NodeAgentHost.Create(
                new NodeAgentOptions
                {
                    NodeName = Node,
                    DataDirectory = _data,
                    ServingToken = PartToken,
                    MetricsToken = new MetricsToken(PartToken),
                    EngineCommand = _engine.Command.FileName,
                    SourceSettings = Registry.Settings,
                    ReportInterval = TimeSpan.FromSeconds(1),
                },
                _kubernetes,
                NullLoggerFactory.Instance,
                TimeProvider.System
            )
        );

    public async Task<IHostedPart> StartRouterAsync() =>
        await StartAsync(
            RouterHost.Create(
                new RouterOptions
                {
                    ListenAddress = new IPEndPoint(IPAddress.Loopback, 0),
                    ServingToken = PartToken,
                    MetricsToken = new MetricsToken(PartToken),
                },
                _kubernetes,
                NullLoggerFactory.Instance,
                TimeProvider.System
            )
        );

    public async Task<JsonNode> ApplyAsync(string path, string yaml)
    {
        using StringContent content = new(yaml, Encoding.UTF8);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/apply-patch+yaml");
        using HttpResponseMessage answer = await Server.Client.PatchAsync(
            $"{path}{(path.Contains('?') ? '&' : '?')}fieldManager=test&force=true",
            content,
            Token
        );
        string text = await answer.Content.ReadAsStringAsync(Token);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!;
    }

    public async Task DeleteAsync(string path)
    {
        using HttpResponseMessage answer = await Server.Client.DeleteAsync(path, Token);
        Assert.True(answer.IsSuccessStatusCode || answer.StatusCode == HttpStatusCode.NotFound, path);
    }

    /// <summary>The object at a path; null when there is none.</summary>
    public async Task<JsonNode?> FindAsync(string path)
    {
        using HttpResponseMessage answer = await Server.Client.GetAsync(path, Token);
        return answer.StatusCode == HttpStatusCode.NotFound
            ? null
            : JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token));
    }

    public async Task<JsonArray> ListAsync(string path) => (await FindAsync(path))!["items"]!.AsArray();

    public Task<JsonNode> UntilReadyAsync(string path) =>
        UntilAsync(
            path,
            o =>
                (o?["status"]?["conditions"] as JsonArray)?.Any(c =>
                    (string?)c!["type"] == "Ready" && (string?)c["status"] == "True"
                ) == true
        )!;

    public async Task<JsonNode> UntilAsync(string path, Func<JsonNode?, bool> holds)
    {
        JsonNode? seen = null;
        await UntilAsync($"{path} is as wanted", async () => holds(seen = await FindAsync(path)), () => seen);
        return seen!;
    }

    public static async Task UntilAsync(string what, Func<Task<bool>> holds, Func<JsonNode?>? seen = null)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (!await holds())
        {
            Assert.True(
                TimeProvider.System.GetElapsedTime(start) < s_limit,
                $"Not in time: {what}. Last seen: {seen?.Invoke()}"
            );
            await Task.Delay(20, Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        while (_owned.TryPop(out IAsyncDisposable? owned))
        {
            await owned.DisposeAsync();
        }
    }

    private async Task<IHostedPart> StartAsync(IHostedPart part)
    {
        _owned.Push(part);
        await part.StartAsync(Token);
        return part;
    }
}
