using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Configuration;
using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Hosting;
using LlmOperator.NodeAgent.Peers.Fetching;
using LlmOperator.NodeAgent.Pulling;
using LlmOperator.NodeAgent.Serving;
using LlmOperator.NodeAgent.Store;
using LlmOperator.Testing.Logging;

namespace LlmOperator.NodeAgent.Tests.Peers;

/// <summary>An agent with its serving port; its uplink has a rate. It runs no engine.</summary>
internal sealed class SwarmNode : IAsyncDisposable
{
    private readonly KubernetesClient _client;
    private readonly ModelStore _store;
    private readonly AgentCore _core;
    private readonly RecordingLoggerFactory _log;
    private ServingHost? _serving;

    private SwarmNode(
        string name,
        KubernetesClient client,
        ModelStore store,
        AgentCore core,
        RecordingLoggerFactory log
    )
    {
        (Name, _client, _store, _core, _log) = (name, client, store, core, log);
    }

    public string Name { get; }

    public ModelStore Store => _store;

    public AgentCore Core => _core;

    public string Log => string.Join('\n', _log.Entries.Select(e => e.Text));

    public static async Task<SwarmNode> StartAsync(
        string name,
        KubernetesConfiguration kubernetes,
        string folder,
        int bytesPerSecond,
        PeerOptions peers
    )
    {
        KubernetesClient client = new(kubernetes, TimeProvider.System);
        NodeAgentOptions options = new()
        {
            NodeName = name,
            DataDirectory = Path.Combine(folder, name),
            ServingToken = "0123456789abcdef",
            EngineCommand = "/nonexistent/llama-server",
            SourceSettings = new SourceSettings { AllowLoopback = true },
            ReportInterval = TimeSpan.FromSeconds(2),
            PeerBytesPerSecond = bytesPerSecond,
            DrainTimeout = TimeSpan.FromSeconds(1),
        };
        RecordingLoggerFactory log = new();
        ModelStore store = ModelStore.Open(options.StoreDirectory, TimeProvider.System);
        AgentCore core = new(
            options,
            client,
            store,
            new SystemDiskSpace(),
            new PullOptions
            {
                UnitBytes = 64 << 10,
                FirstRetryDelay = TimeSpan.FromMilliseconds(50),
                MostRetryDelay = TimeSpan.FromMilliseconds(500),
                Tick = TimeSpan.FromMilliseconds(50),
                DiskReserveBytes = 1 << 20,
            },
            log,
            TimeProvider.System,
            new Random(name.GetHashCode(StringComparison.Ordinal)),
            otherPeers: peers
        );
        SwarmNode node = new(name, client, store, core, log);
        node._serving = await ServingHost.StartAsync(
            new ServingOptions
            {
                Token = options.ServingToken,
                Peers = core.Peers.Endpoints,
                DrainTimeout = TimeSpan.Zero,
            },
            core.Gateway,
            store,
            log,
            TimeProvider.System,
            TestContext.Current.CancellationToken
        );
        core.Address = node._serving.Address;
        core.Start();
        return node;
    }

    /// <summary>The machine goes: its port first, as no agent says good-bye.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_serving is { } serving)
        {
            _serving = null;
            await serving.DisposeAsync();
            await _core.DisposeAsync();
            _store.Dispose();
            _client.Dispose();
            _log.Dispose();
        }
    }
}
