using LlmOperator.Controllers.Hosting;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Configuration;
using LlmOperator.NodeAgent.Hosting;
using LlmOperator.NodeAgent.Pulling;
using LlmOperator.NodeAgent.Serving;
using LlmOperator.NodeAgent.Store;
using LlmOperator.Telemetry.Prometheus;
using Microsoft.Extensions.Logging;

namespace LlmOperator.NodeAgent;

/// <summary>The agent of one node: its store, pulls, engines, serving port, and what it reports.</summary>
public sealed class NodeAgentHost : IHostedPart
{
    private static readonly TimeSpan s_lastBytesLimit = TimeSpan.FromSeconds(2);
    private readonly NodeAgentOptions _options;
    private readonly KubernetesConfiguration _configuration;
    private readonly ILoggerFactory _loggers;
    private readonly TimeProvider _time;
    private KubernetesClient? _client;
    private ModelStore? _store;
    private AgentCore? _core;
    private ServingHost? _serving;
    private PrometheusExporter? _exporter;

    private NodeAgentHost(
        NodeAgentOptions options,
        KubernetesConfiguration configuration,
        ILoggerFactory loggers,
        TimeProvider time
    )
    {
        (_options, _configuration, _loggers, _time) = (options, configuration, loggers, time);
    }

    /// <inheritdoc/>
    public string Name => $"node agent {_options.NodeName}";

    /// <inheritdoc/>
    public Uri? Address => _options.AdvertisedAddress ?? _serving?.Address;

    /// <inheritdoc/>
    public Task Completion => _core?.Completion ?? Task.CompletedTask;

    /// <summary>Makes an agent; nothing runs yet.</summary>
    /// <exception cref="ArgumentException">The options cannot work; one sentence says why.</exception>
    public static NodeAgentHost Create(
        NodeAgentOptions options,
        KubernetesConfiguration configuration,
        ILoggerFactory loggers,
        TimeProvider time
    )
    {
        options.Validate();
        return new NodeAgentHost(options, configuration, loggers, time);
    }

    /// <inheritdoc/>
    /// <exception cref="StoreException">Another agent uses the data folder, or it cannot be written.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _store = ModelStore.Open(_options.StoreDirectory, _time, _loggers.CreateLogger<ModelStore>());
        _client = new KubernetesClient(_configuration, _time, _loggers.CreateLogger<KubernetesClient>());
        AgentCore core = new(
            _options,
            _client,
            _store,
            new SystemDiskSpace(),
            new PullOptions { MostBytesPerSecond = _options.MostPullBytesPerSecond ?? 0 },
            _loggers,
            _time,
            NewRandom(_options.NodeName, _time)
        );
        _core = core;
        _exporter = new PrometheusExporter(
            new PrometheusExporterOptions { MeterNames = [ServingMetrics.MeterName], Scope = this }
        );
        _serving = await ServingHost.StartAsync(
            new ServingOptions
            {
                ListenAddress = _options.ListenAddress,
                Token = _options.ServingToken,
                MetricsToken = _options.MetricsToken,
                ServesRegistry = _options.ServesRegistry,
                RegistryToken = _options.RegistryToken,
                Exporter = _exporter,
                // Several agents in one process count apart.
                MetricsScope = this,
                Collector = core.Collector,
                Peers = core.Peers.Endpoints,
                IsReady = () => core.IsReady,
                DrainTimeout = _options.DrainTimeout,
            },
            core.Gateway,
            _store,
            _loggers,
            _time,
            cancellationToken
        );
        core.Address = _serving.Address;
        core.Start();
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_core is not null)
        {
            await _core.StopAsync(cancellationToken);
        }

        if (_serving is not null)
        {
            // All requests have been answered; their last bytes may still be on the way.
            using CancellationTokenSource limit = new(s_lastBytesLimit, _time);
            await _serving.StopAsync(limit.Token);
            await _serving.DisposeAsync();
            _serving = null;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None);
        if (_core is not null)
        {
            await _core.DisposeAsync();
        }

        _exporter?.Dispose();
        _client?.Dispose();
        _store?.Dispose();
    }

    // Jitter needs no secrecy; nodes must only differ.
    private static Random NewRandom(string node, TimeProvider time) =>
#pragma warning disable RS0030, CA5394
        new(HashCode.Combine(node, time.GetTimestamp()));
#pragma warning restore RS0030, CA5394
}
