using LlmOperator.Api;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Configuration;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Models;
using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Hosting;
using LlmOperator.NodeAgent.Pulling;
using LlmOperator.NodeAgent.Store;
using LlmOperator.Testing.Engine;
using LlmOperator.Testing.Kubernetes;
using Microsoft.Extensions.Logging.Abstractions;

namespace LlmOperator.NodeAgent.Tests.Hosting;

/// <summary>An agent of one node on an embedded API server, without its serving port.</summary>
internal sealed class AgentFixture : IAsyncDisposable
{
    public const string Node = "node-a";
    public const string Namespace = "default";
    private readonly ApiServerFixture _server;
    private readonly KubernetesClient _client;
    private readonly bool _ownsFolder;

    private AgentFixture(
        ApiServerFixture server,
        KubernetesClient client,
        NodeAgentOptions options,
        ModelStore store,
        AgentCore core,
        bool ownsFolder
    )
    {
        (_server, _client, Options, Store, Core) = (server, client, options, store, core);
        _ownsFolder = ownsFolder;
    }

    public IKubernetesClient Client => _client;

    public NodeAgentOptions Options { get; }

    public ModelStore Store { get; }

    public AgentCore Core { get; }

    public static async Task<AgentFixture> StartAsync(
        string? engineCommand,
        CancellationToken cancellationToken,
        SourceSettings? sources = null,
        string? folder = null,
        Func<NodeAgentOptions, NodeAgentOptions>? change = null
    )
    {
        string crds = Path.Combine(EngineFixture.RepositoryRoot, "deploy", "crds");
        ApiServerFixture server = await ApiServerFixture.StartAsync(
            Directory.EnumerateFiles(crds, "*.yaml").Select(File.ReadAllText),
            cancellationToken
        );
        KubernetesClient client = new(
            KubernetesConfiguration.FromKubeconfigText(server.Server.Kubeconfig),
            TimeProvider.System
        );
        await client.CreateAsync(
            new Namespace { Metadata = new ObjectMeta { Name = WellKnown.NodeLeaseNamespace } },
            new WriteOptions { FieldManager = "test" },
            cancellationToken
        );
        NodeAgentOptions options = new()
        {
            NodeName = Node,
            DataDirectory = folder ?? Directory.CreateTempSubdirectory("na-").FullName,
            ServingToken = "0123456789abcdef",
            EngineCommand = engineCommand,
            SourceSettings = sources ?? new SourceSettings(),
            ReportInterval = TimeSpan.FromSeconds(1),
        };
        options = change?.Invoke(options) ?? options;
        ModelStore store = ModelStore.Open(options.StoreDirectory, TimeProvider.System);
        AgentCore core = new(
            options,
            client,
            store,
            new SystemDiskSpace(),
            new PullOptions { UnitBytes = 64 << 10, FirstRetryDelay = TimeSpan.FromMilliseconds(50) },
            NullLoggerFactory.Instance,
            TimeProvider.System,
            new Random(1)
        )
        {
            Address = new Uri("http://127.0.0.1:1234/"),
        };
        core.Start();
        return new AgentFixture(server, client, options, store, core, folder is null);
    }

    public Task<ModelReplica> CreateReplicaAsync(
        string name,
        ModelArtifact artifact,
        CancellationToken cancellationToken,
        ModelLoading? loading = null,
        IReadOnlyList<DeviceReservation>? reservations = null
    ) =>
        _client.CreateAsync(
            new ModelReplica
            {
                Metadata = new ObjectMeta
                {
                    Name = name,
                    Namespace = Namespace,
                    Labels = new Dictionary<string, string> { [WellKnown.NodeLabel] = Node },
                },
                Spec = new ModelReplicaSpec
                {
                    ModelName = "tiny",
                    NodeName = Node,
                    Artifact = artifact,
                    Engine = new ReplicaEngine { ContextLength = 1024 },
                    Loading = loading ?? new ModelLoading(),
                    Reservations = reservations ?? [],
                },
            },
            new WriteOptions { FieldManager = "test" },
            cancellationToken
        );

    public static ModelArtifact FileArtifact(string path) =>
        new()
        {
            Variant = "default",
            Source = new Api.V1Alpha1.ModelSource { File = new FileModelSource { Path = path } },
        };

    public static ModelArtifact HttpArtifact(Uri url, string? digest) =>
        new()
        {
            Variant = "default",
            Source = new Api.V1Alpha1.ModelSource { Http = new HttpModelSource { Url = url.ToString() } },
            Digest = digest,
        };

    /// <summary>Waits until the replica is as wanted; the failure shows its last status.</summary>
    public async Task<ModelReplica> WaitAsync(
        string name,
        Func<ModelReplica, bool> wanted,
        CancellationToken cancellationToken
    )
    {
        long start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            ModelReplica replica = await _client.GetAsync<ModelReplica>(
                new ObjectKey(Namespace, name),
                cancellationToken
            );
            if (wanted(replica))
            {
                return replica;
            }

            if (TimeProvider.System.GetElapsedTime(start) > TimeSpan.FromSeconds(40))
            {
                throw new TimeoutException(System.Text.Json.JsonSerializer.Serialize(replica.Status));
            }

            await Task.Delay(50, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Core.DisposeAsync();
        Store.Dispose();
        _client.Dispose();
        await _server.DisposeAsync();
        if (_ownsFolder)
        {
            Directory.Delete(Options.DataDirectory, recursive: true);
        }
    }
}
