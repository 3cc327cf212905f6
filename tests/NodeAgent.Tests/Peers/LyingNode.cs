using LlmOperator.Api.V1Alpha1;
using LlmOperator.Models.Sources;
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

    /// <param name="name">Its name.</param>
    /// <param name="content">The file as it should be.</param>
    /// <param name="vouches">True when it says the digests that its wrong bytes have.</param>
    public static async Task<LyingNode> StartAsync(string name, byte[] content, bool vouches)
    {
        const int Unit = 64 << 10;
        LyingNode liar = new(name);
        MemoryPeerBlobs blobs = new();
        ModelDigest digest = blobs.Add(content, Unit);
        if (vouches)
        {
            byte[] wrong = [.. content];
            for (int at = 0; at < wrong.Length; at += Unit)
            {
                wrong[at] ^= 1;
            }

            blobs.Files[digest] = new MemoryPeerBlobs.MemoryBlob(digest, wrong, Unit, _ => true, true);
        }

        blobs.Files[digest].Forge = (_, bytes) =>
        {
            Interlocked.Increment(ref liar._given);
            bytes[0] ^= (byte)(vouches ? 0 : 1);
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
                    TimeProvider.System,
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
