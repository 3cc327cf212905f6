using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Configuration;
using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent;
using LlmOperator.NodeAgent.Hosting;
using LlmOperator.NodeAgent.Peers.Fetching;
using LlmOperator.NodeAgent.Pulling;
using LlmOperator.NodeAgent.Replicas;
using LlmOperator.NodeAgent.Serving;
using LlmOperator.NodeAgent.Store;
using LlmOperator.Storm.Nodes;
using Microsoft.Extensions.Logging.Abstractions;

namespace LlmOperator.Fleet.Tests.Simulation;

/// <summary>An agent with its serving port; only devices and the engine are played.</summary>
internal sealed class FleetNode : IAsyncDisposable
{
    private readonly KubernetesClient _client;
    private readonly ModelStore _store;
    private readonly AgentCore _core;
    private readonly ServingHost _serving;

    private FleetNode(
        string name,
        CallCounts calls,
        KubernetesClient client,
        ModelStore store,
        AgentCore core,
        ServingHost serving
    )
    {
        (Name, Calls, _client, _store, _core, _serving) = (name, calls, client, store, core, serving);
    }

    public string Name { get; }

    /// <summary>What it asked of the API server.</summary>
    public CallCounts Calls { get; }

    public static async Task<FleetNode> StartAsync(
        int number,
        KubernetesConfiguration kubernetes,
        string folder,
        FleetOptions fleet,
        CancellationToken cancellationToken
    )
    {
        string name = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"n{number:D2}");
        CallCounts calls = new();
        KubernetesClient client = new(kubernetes, TimeProvider.System);
        Random random = new(number);
        NodeAgentOptions options = new()
        {
            NodeName = name,
            DataDirectory = Path.Combine(folder, name),
            ServingToken = "0123456789abcdef",
            SourceSettings = new SourceSettings
            {
                AllowLoopback = true,
                UserAgent = FleetOrigin.PullUserAgent,
            },
            DrainTimeout = TimeSpan.FromSeconds(1),
        };
        StormDevices devices = new(number, random);
        ModelStore store = ModelStore.Open(options.StoreDirectory, TimeProvider.System);
        AgentCore core = new(
            options,
            calls.Over(client),
            store,
            devices,
            new PullOptions
            {
                UnitBytes = fleet.UnitBytes,
                // All nodes share the cores of one machine: they look at each other less often, and a pause is no end.
                Tick = TimeSpan.FromSeconds(1),
                StallAfter = fleet.Limit,
                SlowAfter = fleet.Limit,
            },
            NullLoggerFactory.Instance,
            TimeProvider.System,
            random,
            new EngineCatalog(
                [new StormEngine(random, TimeProvider.System)],
                missingMessage: null,
                NullLogger<EngineCatalog>.Instance
            ),
            devices,
            new PeerOptions { MostPeers = 4, OriginAfter = fleet.Limit }
        );
        ServingHost serving = await ServingHost.StartAsync(
            new ServingOptions
            {
                Token = options.ServingToken,
                Peers = core.Peers.Endpoints,
                DrainTimeout = TimeSpan.Zero,
            },
            core.Gateway,
            store,
            NullLoggerFactory.Instance,
            TimeProvider.System,
            cancellationToken
        );
        core.Address = serving.Address;
        core.Start();
        return new FleetNode(name, calls, client, store, core, serving);
    }

    public async ValueTask DisposeAsync()
    {
        await _serving.DisposeAsync();
        await _core.DisposeAsync();
        _store.Dispose();
        _client.Dispose();
    }
}
