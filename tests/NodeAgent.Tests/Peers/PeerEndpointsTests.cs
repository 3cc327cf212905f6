using System.Net;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Peers.Authentication;
using LlmOperator.NodeAgent.Peers.Fetching;
using LlmOperator.NodeAgent.Peers.Serving;
using LlmOperator.Testing.Waiting;

namespace LlmOperator.NodeAgent.Tests.Peers;

public sealed class PeerEndpointsTests
{
    private const int Unit = 1000;
    private static readonly byte[] s_content = [.. Enumerable.Range(0, 3500).Select(i => (byte)(i * 7))];

    [Fact]
    public async Task Units_OfAFileThatIsBeingPulled_AreThoseThatAreHere()
    {
        await using PeerWorld world = await PeerWorld.StartAsync();
        ModelDigest digest = world.Blobs.Add(s_content, Unit, unit => unit is 0 or 3);

        PeerUnits units = await UnitsAsync(world, digest);
        PeerUnits? again = await world.Client.UnitsAsync(
            world.Peer,
            digest,
            "",
            new UnitsQuestion { Told = [0b1001], Known = 2 },
            TestContext.Current.CancellationToken
        );
        PeerUnits? bare = await world.Client.UnitsAsync(
            world.Peer,
            digest,
            "",
            new UnitsQuestion { Known = 1 },
            TestContext.Current.CancellationToken
        );

        Assert.Null(again);
        Assert.Null(bare!.Digests);
        Assert.Equal((Unit, 3500, 4), ((int)units.UnitBytes, (int)units.SizeBytes, units.Count));
        Assert.Equal([true, false, false, true, false], Enumerable.Range(0, 5).Select(units.IsHere));
        Assert.Equal(
            new[] { 0, 3 }.Select(unit => (unit, world.Blobs.Files[digest].DigestOf(unit)!)),
            units.ToldDigests()
        );
        Assert.True(units.Covers(3000, 500));
        Assert.False(units.Covers(900, 200));
    }

    [Fact]
    public async Task Units_WhoseDigestsTheAskerHas_AreNotToldAgain()
    {
        await using PeerWorld world = await PeerWorld.StartAsync();
        ModelDigest digest = world.Blobs.Add(s_content, Unit);

        PeerUnits? units = await world.Client.UnitsAsync(
            world.Peer,
            digest,
            "",
            new UnitsQuestion { Told = [0b0111], Known = 3 },
            TestContext.Current.CancellationToken
        );

        Assert.Equal([3], units!.ToldDigests().Select(told => told.Unit));
        Assert.True(units.IsSound());
        Assert.False((units with { Told = [0b1111] }).IsSound());
    }

    [Fact]
    public async Task Units_AskedWithAWait_AreAnsweredWhenOneMoreIsVerified()
    {
        await using PeerWorld world = await PeerWorld.StartAsync();
        int asked = 0;
        int last = 1;
        ModelDigest digest = world.Blobs.Add(
            s_content,
            Unit,
            unit =>
            {
                if (unit == 0 && Interlocked.Increment(ref asked) == 3)
                {
                    Volatile.Write(ref last, 2);
                }

                return unit <= Volatile.Read(ref last);
            }
        );

        PeerUnits? units = await world.Client.UnitsAsync(
            world.Peer,
            digest,
            "",
            new UnitsQuestion { Known = 2, Wait = UnitsQuestion.LongestWait },
            TestContext.Current.CancellationToken
        );

        Assert.Equal(3, units!.HaveCount);
    }

    [Fact]
    public async Task Get_RangeOfUnitsThatAreHere_GivesTheBytes()
    {
        await using PeerWorld world = await PeerWorld.StartAsync();
        ModelDigest digest = world.Blobs.Add(s_content, Unit, unit => unit is 0 or 1);

        byte[] bytes = await world.ReadAsync(digest, new ByteRange(500, 1500), s_content.Length);

        Assert.Equal(s_content[500..2000], bytes);
        // The server ends a little after the asker has its last byte.
        await Eventually.IsTrueAsync(() => world.Limits.Open == 0, "the transfer is over");
    }

    [Fact]
    public async Task Get_BytesThatAreNotVerifiedYet_AreNotGiven()
    {
        await using PeerWorld world = await PeerWorld.StartAsync();
        ModelDigest digest = world.Blobs.Add(s_content, Unit, unit => unit is 0 or 1);

        PeerException lacking = await Assert.ThrowsAsync<PeerException>(() =>
            world.ReadAsync(digest, new ByteRange(1500, 1000), s_content.Length)
        );
        PeerException unknown = await Assert.ThrowsAsync<PeerException>(() =>
            world.ReadAsync(ModelDigest.FromHash(new byte[32]), new ByteRange(0, 1), 1)
        );

        Assert.True(lacking.IsLacking);
        Assert.Equal("Node n2: These bytes are not on this node yet.", lacking.Message);
        Assert.True(unknown.IsLacking);
    }

    [Fact]
    public async Task Get_BeyondTheFile_IsRefused()
    {
        await using PeerWorld world = await PeerWorld.StartAsync();
        ModelDigest digest = world.Blobs.Add(s_content, Unit);
        PeerException error = await Assert.ThrowsAsync<PeerException>(() =>
            world.ReadAsync(digest, new ByteRange(3000, 501), s_content.Length)
        );
        Assert.Contains("range", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_MorePeersThanMayBe_AreToldToComeAgain()
    {
        await using PeerWorld world = await PeerWorld.StartAsync(connections: 1);
        ModelDigest digest = world.Blobs.Add(s_content, Unit);
        Assert.True(world.Limits.TryBegin(out IDisposable? other));

        PeerException busy = await Assert.ThrowsAsync<PeerException>(() =>
            world.ReadAsync(digest, new ByteRange(0, 10), s_content.Length)
        );
        other.Dispose();

        Assert.Equal(TimeSpan.FromSeconds(1), busy.RetryAfter);
        Assert.Equal(s_content[..10], await world.ReadAsync(digest, new ByteRange(0, 10), s_content.Length));
    }

    [Fact]
    public async Task Get_WithoutAProof_IsUnauthorizedAndTheTokenItselfIsNone()
    {
        await using PeerWorld world = await PeerWorld.StartAsync();
        ModelDigest digest = world.Blobs.Add(s_content, Unit);
        using HttpClient http = new() { BaseAddress = world.Peer.Address };
        http.DefaultRequestHeaders.Authorization = new("Bearer", PeerWorld.Token);

        foreach (string path in new[] { $"v1/blobs/{digest}", $"v1/blobs/{digest}/units" })
        {
            using HttpResponseMessage response = await http.GetAsync(
                new Uri(path, UriKind.Relative),
                TestContext.Current.CancellationToken
            );
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        }
    }

    [Fact]
    public async Task Client_OfAnotherCluster_IsToldAboutTheToken()
    {
        await using PeerWorld world = await PeerWorld.StartAsync();
        ModelDigest digest = world.Blobs.Add(s_content, Unit);
        using PeerClient stranger = new(
            PeerKey.FromToken("the-token-of-another-one"),
            "n1",
            TimeProvider.System
        );

        PeerException error = await Assert.ThrowsAsync<PeerException>(() =>
            UnitsAsync(world, digest, stranger)
        );

        Assert.Contains("same serving token", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Client_WhenAnotherNodeAnswers_TakesNothing()
    {
        await using PeerWorld world = await PeerWorld.StartAsync();
        ModelDigest digest = world.Blobs.Add(s_content, Unit);

        PeerException error = await Assert.ThrowsAsync<PeerException>(() =>
            UnitsAsync(world, digest, node: "n5")
        );

        Assert.Contains("two nodes advertise one address", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "names no replica")]
    [InlineData("default/demo-n1", "no credential of namespace default")]
    [InlineData("team/unknown", "is no replica on node n1")]
    [InlineData("team/other-node", "is no replica on node n1")]
    [InlineData("team/other-model", "is no replica on node n1")]
    [InlineData("team/bare", "is no replica on node n1")]
    [InlineData("team/demo-n1", null)]
    public async Task Get_PrivateFile_IsGivenOnlyToReplicasThatWantIt(string replica, string? refusal)
    {
        await using PeerWorld world = await PeerWorld.StartAsync();
        ModelDigest digest = world.Blobs.Add(s_content, Unit);
        world.Private[digest] = ["team"];
        Add(world, "demo-n1", "n1", digest.ToString());
        Add(world, "bare", "n1", digest.ToString());
        Add(world, "other-node", "n4", digest.ToString());
        Add(world, "other-model", "n1", ModelDigest.FromHash(new byte[32]).ToString());

        Task<byte[]> read = world.ReadAsync(digest, new ByteRange(0, 10), s_content.Length, replica);

        if (refusal is null)
        {
            Assert.Equal(s_content[..10], await read);
        }
        else
        {
            PeerException error = await Assert.ThrowsAsync<PeerException>(() => read);
            Assert.Contains(refusal, error.Message, StringComparison.Ordinal);
        }
    }

    private static async Task<PeerUnits> UnitsAsync(
        PeerWorld world,
        ModelDigest digest,
        PeerClient? client = null,
        string node = "n2"
    ) =>
        await (client ?? world.Client).UnitsAsync(
            world.Peer with
            {
                Node = node,
            },
            digest,
            "",
            new UnitsQuestion { Told = [] },
            TestContext.Current.CancellationToken
        ) ?? throw new InvalidOperationException("Nothing was known before.");

    private static void Add(PeerWorld world, string name, string node, string digest) =>
        world.Replicas[new ObjectKey("team", name)] = new ModelReplica
        {
            Spec = new ModelReplicaSpec
            {
                NodeName = node,
                Artifact = new ModelArtifact
                {
                    Digest = digest,
                    Source = new Api.V1Alpha1.ModelSource
                    {
                        HuggingFace = new HuggingFaceModelSource
                        {
                            Repo = "team/demo",
                            TokenSecretRef =
                                name == "bare"
                                    ? null
                                    : new SecretKeyReference { Name = "hub", Key = "token" },
                        },
                    },
                },
            },
        };
}
