using System.Net.Http.Headers;
using LlmOperator.Engines;
using LlmOperator.NodeAgent.Serving;
using LlmOperator.NodeAgent.Store;
using LlmOperator.Telemetry.Prometheus;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace LlmOperator.NodeAgent.Tests.Serving;

/// <summary>A serving port in front of one engine, and a client with the token.</summary>
internal sealed class ServingWorld : IAsyncDisposable
{
    public const string Secret = "test-serving-token-0123456789";
    public const string Metric = "test-metrics-token-0123456789";
    public const string Registry = "test-registry-token-0123456789";
    public const string Chat = "replicas/default/demo/v1/chat/completions";
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("llmop-serving-");
    private readonly object _scope = new();
    private readonly PrometheusExporter _exporter;
    private ServingHost? _host;
    private ModelStore? _store;

    private ServingWorld()
    {
        _exporter = new PrometheusExporter(
            new PrometheusExporterOptions { MeterNames = [ServingMetrics.MeterName], Scope = _scope }
        );
    }

    public FakeGateway Gateway { get; } = new();

    public HttpClient Client { get; } = new();

    public bool Ready { get; set; }

    public ServingHost Host => _host!;

    public ModelStore Store => _store!;

    public string Socket => Path.Combine(_folder.FullName, "e.sock");

    public string Metrics => _exporter.Collect();

    public static async Task<ServingWorld> StartAsync(RequestDelegate engine, bool tcp = false)
    {
        ServingWorld world = await StartAsync();
        world.Gateway.Engine = await EngineStandIn.StartAsync(tcp ? null : world.Socket, engine);
        return world;
    }

    public static async Task<ServingWorld> StartAsync(IEngineInstance? engine = null)
    {
        ServingWorld world = new();
        world.Gateway.Engine = engine;
        world._store = ModelStore.Open(Path.Combine(world._folder.FullName, "store"), TimeProvider.System);
        world._host = await ServingHost.StartAsync(
            new ServingOptions
            {
                Token = Secret,
                MetricsToken = new MetricsToken(Metric),
                RegistryToken = Registry,
                Exporter = world._exporter,
                MetricsScope = world._scope,
                IsReady = () => world.Ready,
                MaxBodyBytes = 1 << 20,
                DrainTimeout = s_limit,
            },
            world.Gateway,
            world._store,
            NullLoggerFactory.Instance,
            TimeProvider.System,
            TestContext.Current.CancellationToken
        );
        world.Client.BaseAddress = world._host.Address;
        world.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Secret);
        return world;
    }

    /// <summary>Posts to the chat path and returns when the headers are there.</summary>
    public Task<HttpResponseMessage> PostAsync(HttpContent? body = null, string path = Chat)
    {
        HttpRequestMessage request = new(HttpMethod.Post, path) { Content = body ?? new StringContent("{}") };
        return Client.SendAsync(
            request,
            HttpCompletionOption.ResponseHeadersRead,
            TestContext.Current.CancellationToken
        );
    }

    /// <summary>Waits until something holds; fails after ten seconds.</summary>
    public static async Task UntilAsync(Func<bool> condition, string what)
    {
        using CancellationTokenSource limit = new(s_limit);
        while (!condition())
        {
            Assert.False(limit.IsCancellationRequested, $"Not in time: {what}");
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Host.DisposeAsync();
        if (Gateway.Engine is EngineStandIn engine)
        {
            await engine.DisposeAsync();
        }

        Store.Dispose();
        _exporter.Dispose();
        Gateway.Exited.Dispose();
        _folder.Delete(recursive: true);
    }
}
