using System.Net;
using System.Text;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Router.Accounting;
using LlmOperator.Router.Accounting.Decisions;
using LlmOperator.Router.Balancing;
using LlmOperator.Router.Budgets;
using LlmOperator.Router.Configuration;
using LlmOperator.Router.Dialects;
using LlmOperator.Router.Forwarding;
using LlmOperator.Router.Forwarding.Continuation;
using LlmOperator.Router.Forwarding.Hedging;
using LlmOperator.Router.Forwarding.Shadowing;
using LlmOperator.Router.Forwarding.Waking;
using LlmOperator.Router.Limits;
using LlmOperator.Router.Mcp;
using LlmOperator.Router.Serving;
using LlmOperator.Router.Statistics;
using LlmOperator.Router.Tests.Budgets;
using LlmOperator.Telemetry.Prometheus;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging.Abstractions;

namespace LlmOperator.Router.Tests.Forwarding;

/// <summary>The router's real web server with a fixed snapshot.</summary>
internal sealed class RunningRouter : IAsyncDisposable
{
    public const string ServingToken = "serving-token-of-tests";
    private readonly WebApplication _app;
    private readonly UpstreamClient _upstream;
    private readonly RouterMetrics _metrics;
    private readonly PrometheusExporter _exporter;
    private readonly CancellationTokenSource _stop = new();
    private Task _copying = Task.CompletedTask;

    private RunningRouter(
        WebApplication app,
        UpstreamClient upstream,
        RouterMetrics metrics,
        PrometheusExporter exporter
    )
    {
        (_app, _upstream, _metrics, _exporter) = (app, upstream, metrics, exporter);
        Address = new Uri(app.Urls.First() + "/");
        Http = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(60) };
    }

    public Uri Address { get; }

    /// <summary>The route table.</summary>
    public IEnumerable<RouteEndpoint> Routes =>
        ((IEndpointRouteBuilder)_app).DataSources.SelectMany(d => d.Endpoints).OfType<RouteEndpoint>();

    public HttpClient Http { get; }

    public required BudgetDesk Budgets { get; init; }

    public required RouterStatistics Statistics { get; init; }

    public required ModelWaker Waker { get; init; }

    public static async Task<RunningRouter> StartAsync(
        World world,
        RouterOptions? options = null,
        Func<bool>? isTakingRequests = null,
        LedgerServer? ledgers = null,
        Func<RoutingSnapshot>? snapshots = null
    )
    {
        options ??= new RouterOptions();
        options = options with
        {
            ListenAddress = new IPEndPoint(IPAddress.Loopback, 0),
            ServingToken = ServingToken,
        };
        UpstreamClient upstream = new();
        object scope = new();
        RouterMetrics metrics = new(scope, TimeProvider.System);
        PrometheusExporter exporter = new(
            new PrometheusExporterOptions { MeterNames = [RouterMetrics.MeterName], Scope = scope }
        );
        RouterStatistics statistics = new(TimeProvider.System);
        DecisionRing decisions = new();
        ReplicaBalancer balancer = new(TimeProvider.System, new Random(1));
        metrics.ObserveBreakers(balancer);
        RoutingSnapshot fixedSnapshot = world.Snapshot;
        Func<RoutingSnapshot> current = snapshots ?? (() => fixedSnapshot);
        StreamContinuation continuation = new(
            upstream,
            balancer,
            current,
            metrics,
            options,
            TimeProvider.System,
            NullLogger<StreamContinuation>.Instance
        );
        ShadowCopier shadows = new(
            upstream,
            balancer,
            statistics,
            metrics,
            options,
            TimeProvider.System,
            NullLogger<ShadowCopier>.Instance
        );
        ModelWaker waker = new(upstream, balancer, current, options, TimeProvider.System);
        metrics.ObserveQueues(waker);
        RequestForwarder forwarder = new(
            upstream,
            balancer,
            metrics,
            statistics,
            decisions,
            continuation,
            shadows,
            waker,
            new HedgeDesk(statistics),
            options,
            TimeProvider.System,
            NullLogger<RequestForwarder>.Instance
        );
        ModelDirectory models = new(current, options.DefaultNamespace);
        IKubernetesClient server = ledgers ?? new LedgerServer(TimeProvider.System);
        LimitDesk limits = new(
            server,
            "router",
            TimeProvider.System,
            new Random(1),
            NullLogger<LimitDesk>.Instance
        );
        BudgetDesk budgets = new(
            server,
            "router",
            TimeProvider.System,
            new Random(1),
            new BudgetTimes(),
            NullLogger<BudgetDesk>.Instance
        );
        RequestPipeline pipeline = new(
            current,
            models,
            new AdmissionDesk(budgets, limits),
            forwarder,
            new TokenCounter(upstream, options, TimeProvider.System),
            options,
            statistics,
            decisions,
            TimeProvider.System,
            new Random(1)
        );
        RouterEndpoints endpoints = new(pipeline, models, new InsightEndpoints(decisions, statistics));
        McpTools mcp = new(pipeline, models);
        WebApplication app = RouterApplication.Build(
            options,
            endpoints,
            mcp,
            exporter,
            () => current().Keys,
            isTakingRequests ?? (() => true),
            TimeProvider.System,
            NullLoggerFactory.Instance
        );
        await app.StartAsync();
        RunningRouter router = new(app, upstream, metrics, exporter)
        {
            Budgets = budgets,
            Statistics = statistics,
            Waker = waker,
        };
        router._copying = shadows.RunAsync(router._stop.Token);
        return router;
    }

    public Task<HttpResponseMessage> ChatAsync(string model, bool stream, CancellationToken cancellationToken)
    {
        HttpRequestMessage request = new(HttpMethod.Post, "v1/chat/completions")
        {
            Content = new StringContent(
                $$"""{"model":"{{model}}","stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"count"}]}""",
                Encoding.UTF8,
                "application/json"
            ),
        };
        return Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    /// <summary>Reads a body to its end, or as far as the connection carries.</summary>
    public static async Task<(string Text, bool Broke)> ReadAsync(
        HttpResponseMessage response,
        CancellationToken cancellationToken
    )
    {
        StringBuilder text = new();
        byte[] buffer = new byte[4096];
        try
        {
            await using Stream body = await response.Content.ReadAsStreamAsync(cancellationToken);
            int read;
            while ((read = await body.ReadAsync(buffer, cancellationToken)) > 0)
            {
                text.Append(Encoding.UTF8.GetString(buffer, 0, read));
            }

            return (text.ToString(), false);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            return (text.ToString(), true);
        }
    }

    /// <summary>Stops as the router does: what runs is ended and settled first, then what it holds of budgets is given back.</summary>
    public async Task LeaveAsync(CancellationToken cancellationToken)
    {
        await _app.StopAsync(cancellationToken);
        await Budgets.FlushAsync(isLeaving: true, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        await Waker.DisposeAsync();
        await _stop.CancelAsync();
        await _copying;
        _stop.Dispose();
        _upstream.Dispose();
        _exporter.Dispose();
        _metrics.Dispose();
    }
}
