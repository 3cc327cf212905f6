using LlmOperator.Controllers.Hosting;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Configuration;
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
using LlmOperator.Router.Tracing;
using LlmOperator.Telemetry.Prometheus;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace LlmOperator.Router;

/// <summary>The router as a part: watches its configuration and serves the OpenAI endpoints.</summary>
public sealed class RouterHost : IHostedPart
{
    private readonly RouterOptions _options;
    private readonly KubernetesClient _client;
    private readonly ControllerManager _manager;
    private readonly RoutingConfiguration _configuration;
    private readonly RouterMetrics _metrics;
    private readonly PrometheusExporter _exporter;
    private readonly OtlpExport? _otlp;
    private readonly BudgetDesk _budgets;
    private readonly LimitDesk _limits;
    private readonly UpstreamClient _upstream = new();
    private readonly ModelWaker _waker;
    private readonly WebApplication _app;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TimeProvider _time;
    private Task _running = Task.CompletedTask;
    private volatile bool _isLeaving;

    private RouterHost(
        RouterOptions options,
        KubernetesConfiguration kubernetes,
        ILoggerFactory loggers,
        TimeProvider timeProvider
    )
    {
        (_options, _time) = (options, timeProvider);
        // Seeded by the clock: draws by weight, ties, and back-off jitter need no more.
        Random random = new((int)timeProvider.GetTimestamp());
        _client = new KubernetesClient(kubernetes, timeProvider, loggers.CreateLogger<KubernetesClient>());
        _manager = new ControllerManager(
            _client,
            new ControllerManagerOptions(),
            timeProvider,
            random,
            loggers
        );
        ReplicaBalancer balancer = new(timeProvider, random);
        RouterStatistics statistics = new(timeProvider);
        _configuration = new RoutingConfiguration(
            _manager,
            snapshot =>
            {
                balancer.Keep(snapshot);
                statistics.Keep(snapshot);
            },
            loggers.CreateLogger<RoutingConfiguration>()
        );
        _manager.AddRunnable(_configuration);
        _metrics = new RouterMetrics(this, timeProvider);
        _metrics.ObserveBreakers(balancer);
        _otlp = OtlpExport.Start(options.Otlp);
        _exporter = new PrometheusExporter(
            new PrometheusExporterOptions { MeterNames = [RouterMetrics.MeterName], Scope = this }
        );
        DecisionRing decisions = new();
        StreamContinuation continuation = new(
            _upstream,
            balancer,
            () => _configuration.Current,
            _metrics,
            options,
            timeProvider,
            loggers.CreateLogger<StreamContinuation>()
        );
        ShadowCopier shadows = new(
            _upstream,
            balancer,
            statistics,
            _metrics,
            options,
            timeProvider,
            loggers.CreateLogger<ShadowCopier>()
        );
        _manager.AddRunnable(shadows);
        _waker = new ModelWaker(_upstream, balancer, () => _configuration.Current, options, timeProvider);
        _metrics.ObserveQueues(_waker);
        RequestForwarder forwarder = new(
            _upstream,
            balancer,
            _metrics,
            statistics,
            decisions,
            continuation,
            shadows,
            _waker,
            new HedgeDesk(statistics),
            options,
            timeProvider,
            loggers.CreateLogger<RequestForwarder>()
        );
        ModelDirectory models = new(() => _configuration.Current, options.DefaultNamespace);
        string holder = $"{Environment.MachineName.ToLowerInvariant()}-{random.Next():x8}{random.Next():x8}";
        _budgets = new BudgetDesk(
            _client,
            holder,
            timeProvider,
            random,
            new BudgetTimes(),
            loggers.CreateLogger<BudgetDesk>()
        );
        _manager.AddRunnable(_budgets);
        _limits = new LimitDesk(_client, holder, timeProvider, random, loggers.CreateLogger<LimitDesk>());
        _manager.AddRunnable(_limits);
        RequestPipeline pipeline = new(
            () => _configuration.Current,
            models,
            new AdmissionDesk(_budgets, _limits),
            forwarder,
            new TokenCounter(_upstream, options, timeProvider),
            options,
            statistics,
            decisions,
            timeProvider,
            random
        );
        RouterEndpoints endpoints = new(pipeline, models, new InsightEndpoints(decisions, statistics));
        McpTools mcp = new(pipeline, models);
        _app = RouterApplication.Build(
            options,
            endpoints,
            mcp,
            _exporter,
            () => _configuration.Current.Keys,
            IsTakingRequests,
            timeProvider,
            loggers
        );
    }

    /// <inheritdoc/>
    public string Name => "router";

    /// <inheritdoc/>
    public Uri? Address { get; private set; }

    /// <inheritdoc/>
    public Task Completion => _running;

    /// <summary>Makes a router; nothing runs yet.</summary>
    /// <exception cref="ArgumentException">The options contradict each other; the message says how.</exception>
    public static RouterHost Create(
        RouterOptions options,
        KubernetesConfiguration kubernetes,
        ILoggerFactory loggers,
        TimeProvider timeProvider
    )
    {
        options.Validate();
        return new RouterHost(options, kubernetes, loggers, timeProvider);
    }

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _running = _manager.RunAsync(_stopping.Token);
        Task first = await Task.WhenAny(_configuration.FirstSnapshot.WaitAsync(cancellationToken), _running);
        await first;
        await _app.StartAsync(cancellationToken);
        Address = PartWebServer.AddressOf(_app);
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _isLeaving = true;
        await Task.Delay(_options.ShutdownDelay, _time, cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _app.StopAsync(cancellationToken);
        await _stopping.CancelAsync();
        await _running;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _waker.DisposeAsync();
        _manager.Dispose();
        _configuration.Dispose();
        _budgets.Dispose();
        _otlp?.Dispose();
        _limits.Dispose();
        _exporter.Dispose();
        _metrics.Dispose();
        _upstream.Dispose();
        _client.Dispose();
        _stopping.Dispose();
    }

    private bool IsTakingRequests() => _manager.IsReady && !_isLeaving;
}
