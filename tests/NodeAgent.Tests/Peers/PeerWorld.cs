using LlmOperator.Api.V1Alpha1;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Peers.Authentication;
using LlmOperator.NodeAgent.Peers.Fetching;
using LlmOperator.NodeAgent.Peers.Serving;
using LlmOperator.NodeAgent.Serving;
using LlmOperator.NodeAgent.Store;
using LlmOperator.NodeAgent.Tests.Serving;
using Microsoft.Extensions.Logging.Abstractions;

namespace LlmOperator.NodeAgent.Tests.Peers;

/// <summary>The serving port of node <c>n2</c>, with files in memory, and node <c>n1</c> that asks it.</summary>
internal sealed class PeerWorld : IAsyncDisposable, IPrivateFiles
{
    public const string Token = "test-serving-token-0123456789";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("llmop-peers-");
    private ServingHost? _host;
    private ModelStore? _store;

    public MemoryPeerBlobs Blobs { get; } = new();

    public Dictionary<ModelDigest, HashSet<string>> Private { get; } = [];

    public Dictionary<ObjectKey, ModelReplica> Replicas { get; } = [];

    public PeerClient Client { get; } = new(PeerKey.FromToken(Token), "n1", TimeProvider.System);

    public Peer Peer { get; private set; } = new("", new Uri("http://localhost"));

    public UploadLimits Limits { get; private set; } = new(4, 0, TimeProvider.System);

    public static async Task<PeerWorld> StartAsync(int connections = 4)
    {
        PeerWorld world = new() { Limits = new UploadLimits(connections, 0, TimeProvider.System) };
        PeerKey key = PeerKey.FromToken(Token);
        world._store = ModelStore.Open(Path.Combine(world._folder.FullName, "store"), TimeProvider.System);
        world._host = await ServingHost.StartAsync(
            new ServingOptions
            {
                Token = Token,
                Peers = new PeerEndpoints(
                    world.Blobs,
                    key,
                    new PeerVerifier(key, "n2", TimeProvider.System),
                    new PeerAccess(
                        (name, _) => Task.FromResult(world.Replicas.GetValueOrDefault(name)),
                        world,
                        TimeProvider.System
                    ),
                    world.Limits,
                    TimeProvider.System,
                    NullLogger<PeerEndpoints>.Instance
                ),
            },
            new FakeGateway(),
            world._store,
            NullLoggerFactory.Instance,
            TimeProvider.System,
            TestContext.Current.CancellationToken
        );
        world.Peer = new Peer("n2", world._host.Address);
        return world;
    }

    public IReadOnlySet<string>? NamespacesOf(ModelDigest digest) => Private.GetValueOrDefault(digest);

    /// <summary>All bytes of a range.</summary>
    public async Task<byte[]> ReadAsync(ModelDigest digest, ByteRange range, long size, string replica = "")
    {
        await using Stream stream = await Client.OpenAsync(
            Peer,
            digest,
            range,
            size,
            replica,
            TestContext.Current.CancellationToken
        );
        using MemoryStream bytes = new();
        await stream.CopyToAsync(bytes, TestContext.Current.CancellationToken);
        return bytes.ToArray();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _host!.DisposeAsync();
        _store!.Dispose();
        _folder.Delete(recursive: true);
    }
}
