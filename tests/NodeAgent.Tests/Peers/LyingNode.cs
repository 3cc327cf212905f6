using LlmOperator.Api.V1Alpha1;
using LlmOperator.NodeAgent.Peers.Authentication;
using LlmOperator.NodeAgent.Peers.Serving;
using LlmOperator.NodeAgent.Serving;
using LlmOperator.NodeAgent.Store;
using LlmOperator.NodeAgent.Tests.Serving;
using Microsoft.Extensions.Logging.Abstractions;

namespace LlmOperator.NodeAgent.Tests.Peers;

/// <summary>A node with the right token whose disk is bad: every unit that it gives has a wrong bit.</summary>
internal sealed class LyingNode : IAsyncDisposable
{
    private const string Token = "0123456789abcdef";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("llmop-liar-");
    private readonly ModelStore _store;
    private ServingHost? _host;
    private int _given;

    private LyingNode(string name)
    {
        Name = name;
        _store = ModelStore.Open(Path.Combine(_folder.FullName, "store"), TimeProvider.System);
    }

    public string Name { get; }

    public Uri Address => _host!.Address;

    /// <summary>Times that it gave bytes.</summary>
    public int Given => Volatile.Read(ref _given);

    public static async Task<LyingNode> StartAsync(string name, byte[] content)
    {
        LyingNode liar = new(name);
        MemoryPeerBlobs blobs = new();
        blobs.Files[blobs.Add(content, 64 << 10)].Forge = (_, bytes) =>
        {
            Interlocked.Increment(ref liar._given);
            bytes[0] ^= 1;
            return bytes;
        };
        PeerKey key = PeerKey.FromToken(Token);
        liar._host = await ServingHost.StartAsync(
            new ServingOptions
            {
                Token = Token,
                Peers = new PeerEndpoints(
                    blobs,
                    key,
                    new PeerVerifier(key, name, TimeProvider.System),
                    new PeerAccess(
                        (_, _) => Task.FromResult<ModelReplica?>(null),
                        liar._store.Access,
                        TimeProvider.System
                    ),
                    new UploadLimits(8, 0, TimeProvider.System),
                    NullLogger<PeerEndpoints>.Instance
                ),
            },
            new FakeGateway(),
            liar._store,
            NullLoggerFactory.Instance,
            TimeProvider.System,
            TestContext.Current.CancellationToken
        );
        return liar;
    }

    public async ValueTask DisposeAsync()
    {
        await _host!.DisposeAsync();
        _store.Dispose();
        _folder.Delete(recursive: true);
    }
}
