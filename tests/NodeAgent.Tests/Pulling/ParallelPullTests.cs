using System.Security.Cryptography;
using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Pulling;
using LlmOperator.NodeAgent.Store;
using LlmOperator.Testing.Registries;

namespace LlmOperator.NodeAgent.Tests.Pulling;

/// <summary>Pulls over several connections at a time.</summary>
public sealed class ParallelPullTests
{
    private const int Unit = 64 << 10;
    private const int Connections = 4;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PullAsync_RangesGiven_FetchesEachByteOnceOverSeveralConnections()
    {
        await using RegistryStandIn registry = await RegistryStandIn.StartAsync(Token);
        RegistryContent content = PullContent.Model();
        Uri url = registry.AddFile("m.gguf", content);
        registry.Inject(new RegistryFault.Slow(4 << 20) { Times = int.MaxValue });
        await using PullerFixture fixture = new(registry.Settings, Unit, connections: Connections);

        StoredModelFiles model = await fixture.PullAsync(url, content.Digest, Token);

        Assert.Equal(content.Digest, model.Digest);
        // One byte more is the resolver's.
        Assert.Equal(content.Length + 1, registry.SentBytes);
        // The server may still be at the end of one that the puller has read.
        Assert.InRange(registry.MostOpenContents, Connections, Connections + 1);
    }

    [Fact]
    public async Task PullAsync_RegistryRedirects_IsAskedOnceAndNotForEachUnit()
    {
        await using RegistryStandIn registry = await RegistryStandIn.StartAsync(Token);
        RegistryContent content = PullContent.Model();
        registry.Ollama.Add("demo", content);
        await using PullerFixture fixture = new(registry.Settings, Unit, connections: Connections);

        await fixture.PullAsync(new OllamaSource(OllamaName.Parse("demo")), content.Digest, Token);

        Assert.Single(registry.Requests, r => r.Path.Contains("/blobs/", StringComparison.Ordinal));
        Assert.True(registry.Requests.Count > 10);
    }

    [Fact]
    public async Task PullAsync_RangeIgnored_GoesOnWithOneConnectionFromTheStart()
    {
        await using RegistryStandIn registry = await RegistryStandIn.StartAsync(Token);
        RegistryContent content = PullContent.Model();
        Uri url = registry.AddFile("m.gguf", content);
        registry.Inject(new RegistryFault.IgnoreRange { Times = int.MaxValue });
        await using PullerFixture fixture = new(registry.Settings, Unit, connections: Connections);

        StoredModelFiles model = await fixture.PullAsync(url, content.Digest, Token);

        Assert.Equal(content.Digest, model.Digest);
        // The resolver's and one.
        Assert.Equal(2, registry.Requests.Count);
    }

    [Fact]
    public async Task PullAsync_ContentChangesInTheMiddle_StartsAnewWithTheNewOne()
    {
        await using RegistryStandIn registry = await RegistryStandIn.StartAsync(Token);
        RegistryContent first = PullContent.Model(seed: 1);
        RegistryContent second = PullContent.Model(seed: 2);
        Uri url = registry.AddFile("m.gguf", first);
        // Nobody gets over the middle of the first content.
        registry.Inject(new RegistryFault.StallAt(first.Length / 2) { Times = int.MaxValue });
        await using PullerFixture fixture = new(
            registry.Settings,
            Unit,
            connections: Connections,
            change: options =>
                PullerFixture.Impatient(options) with
                {
                    FruitlessAttempts = 100,
                    MostRetryDelay = TimeSpan.FromMilliseconds(50),
                }
        );

        Func<PullProgress>? look = null;
        Task<StoredModelFiles> pull = fixture.PullAsync(url, null, Token, l => look = l);
        await Testing.Waiting.Eventually.IsTrueAsync(
            () => look is not null && look().CompletedBytes > first.Length * 3 / 4,
            "all but the stalled connection have done their part"
        );
        registry.AddFile("m.gguf", second);
        registry.ClearFaults();

        Assert.Equal(second.Digest, (await pull).Digest);
    }

    [Fact]
    public async Task PullAsync_AddressExpiresInTheMiddle_IsResolvedOnceForAllConnections()
    {
        await using RegistryStandIn registry = await RegistryStandIn.StartAsync(Token);
        RegistryContent content = PullContent.Model();
        registry.Ollama.Add("demo", content);
        // Each connection meets one; the address that the registry redirects to anew works.
        registry.Inject(new RegistryFault.StatusAt(403, content.Length / 2));
        await using PullerFixture fixture = new(registry.Settings, Unit, connections: Connections);

        await fixture.PullAsync(new OllamaSource(OllamaName.Parse("demo")), content.Digest, Token);

        Assert.Equal(2, registry.Requests.Count(r => r.Path.Contains("/blobs/", StringComparison.Ordinal)));
        Assert.Single(registry.Requests, r => r.Path.Contains("/manifests/", StringComparison.Ordinal));
        // Nobody takes over another's units here, so that nothing is a reason to ask for a byte twice.
        Assert.Equal(content.Length, registry.SentBytes);
    }

    [Fact]
    public async Task PullAsync_OneConnectionStalls_ItsUnitComesOverAnother()
    {
        await using RegistryStandIn registry = await RegistryStandIn.StartAsync(Token);
        RegistryContent content = PullContent.Model();
        Uri url = registry.AddFile("m.gguf", content);
        registry.Inject(new RegistryFault.StallAt(content.Length / 2 + 10));
        await using PullerFixture fixture = new(
            registry.Settings,
            Unit,
            connections: Connections,
            change: options => options with { StallAfter = TimeSpan.FromSeconds(2), SpanUnits = 1 }
        );

        StoredModelFiles model = await fixture.PullAsync(url, content.Digest, Token);

        Assert.Equal(content.Digest, model.Digest);
        // What the stalled one sent of its unit, and on a busy machine others that looked stalled as well.
        Assert.InRange(registry.SentBytes, content.Length, content.Length + Connections * Unit);
    }

    [Fact]
    public async Task PullAsync_TooManyRequests_WaitsAsLongAsTheSourceAsksForThenFetchesEachByteOnce()
    {
        await using RegistryStandIn registry = await RegistryStandIn.StartAsync(Token);
        RegistryContent content = PullContent.Model();
        Uri url = registry.AddFile("m.gguf", content);
        registry.Inject(new RegistryFault.StatusAt(429, content.Length / 2, RetryAfterSeconds: 1));
        await using PullerFixture fixture = new(registry.Settings, Unit, connections: Connections);
        Func<PullProgress>? look = null;

        StoredModelFiles model = await fixture.PullAsync(url, content.Digest, Token, l => look = l);

        Assert.Equal(content.Digest, model.Digest);
        Assert.Equal(content.Length + 1, registry.SentBytes);
        Assert.True(look!().FinishedAt - look().StartedAt >= TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task PullAsync_PeerGivesAWrongUnitThatSomeoneTrustedKnows_IsBlamedAndTheOriginAsked()
    {
        await using RegistryStandIn registry = await RegistryStandIn.StartAsync(Token);
        RegistryContent content = PullContent.Model();
        byte[] wrong = await content.ReadAllAsync();
        byte[] right = [.. wrong];
        wrong[5 * Unit + 1] ^= 1;
        Uri url = registry.AddFile("m.gguf", content);
        UnitLayout layout = new(content.Length, Unit);
        PeerFirst peers = new(
            wrong,
            unitOfPeer: 5,
            unit =>
                Convert.ToHexStringLower(
                    SHA256.HashData(right.AsSpan((int)layout.OffsetOf(unit), layout.LengthOf(unit)))
                )
        );
        await using PullerFixture fixture = new(
            registry.Settings,
            Unit,
            connections: Connections,
            finder: peers
        );

        StoredModelFiles model = await fixture.PullAsync(url, content.Digest, Token);

        Assert.Equal(content.Digest, model.Digest);
        Assert.Equal([5], peers.Peer.Blamed);
        Assert.Empty(fixture.Mismatches);
    }

    [Fact]
    public async Task PullAsync_PeerGivesAWrongUnitThatNobodyKnows_IsFoundByTheWholeDigest()
    {
        await using RegistryStandIn registry = await RegistryStandIn.StartAsync(Token);
        RegistryContent content = PullContent.Model();
        byte[] wrong = await content.ReadAllAsync();
        wrong[5 * Unit + 1] ^= 1;
        Uri url = registry.AddFile("m.gguf", content);
        PeerFirst peers = new(wrong, unitOfPeer: 5, _ => null);
        await using PullerFixture fixture = new(
            registry.Settings,
            Unit,
            connections: Connections,
            finder: peers
        );

        StoredModelFiles model = await fixture.PullAsync(url, content.Digest, Token);

        Assert.Equal(content.Digest, model.Digest);
        Assert.Equal([5], peers.Peer.Blamed);
        Assert.Empty(fixture.Mismatches);
        Assert.InRange(registry.SentBytes, 1, content.Length + 1);
    }

    [Fact]
    public async Task PullAsync_PeerThatIsBusyForLong_IsAskedAgainEachTimeItSaysSo()
    {
        // More often than a source may fail.
        const int Refusals = 20;
        await using RegistryStandIn registry = await RegistryStandIn.StartAsync(Token);
        RegistryContent content = PullContent.Model();
        byte[] bytes = await content.ReadAllAsync();
        int asked = 0;
        ScriptedUnitSource peer = new()
        {
            Name = "peer",
            Kind = UnitSourceKind.Peer,
            Open = span =>
                Interlocked.Increment(ref asked) > Refusals
                    ? new MemoryStream(bytes, (int)span.Offset, (int)span.Length)
                    : throw new SourceBusyException("It is busy.", TimeSpan.FromMilliseconds(5)),
        };
        await using PullerFixture fixture = new(
            registry.Settings,
            Unit,
            connections: Connections,
            finder: new PeerOnly(peer)
        );

        StoredModelFiles model = await fixture.PullAsync(
            registry.AddFile("m.gguf", content),
            content.Digest,
            Token
        );

        Assert.Equal(content.Digest, model.Digest);
        Assert.True(asked > Refusals);
        // The resolver's.
        Assert.Equal(1, registry.SentBytes);
    }

    private sealed class PeerOnly(IUnitSource peer) : IUnitSourceFinder
    {
        public IUnitSourceSet Begin(
            PullRequest request,
            ResolvedFile file,
            IReadOnlyList<IUnitSource> origins
        ) => new OriginsOnly().Begin(request, file, [peer]);
    }
}
