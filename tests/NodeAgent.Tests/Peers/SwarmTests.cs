using LlmOperator.Api.V1Alpha1;
using LlmOperator.NodeAgent.Peers.Fetching;

namespace LlmOperator.NodeAgent.Tests.Peers;

/// <summary>Many nodes get one model from each other, whatever happens on the way.</summary>
public sealed class SwarmTests
{
    [Fact]
    public async Task Pull_ManyNodes_TakeOneCopyFromTheOrigin()
    {
        await using Swarm swarm = await Swarm.StartAsync(5);
        await WantAsync(swarm, swarm.Nodes, "n2");

        await swarm.UntilStoredAsync([.. swarm.Nodes]);

        AssertCopies(swarm, 1.1);
        ReplicaPull? pull = null;
        await swarm.UntilAsync(
            () => (pull = swarm.ReplicaAsync(swarm.Nodes[0]).Result.Status?.Pull)?.State == PullState.Stored,
            "The status says it"
        );
        Assert.All(
            pull!.Sources!,
            source => Assert.StartsWith("peer n", source.Name, StringComparison.Ordinal)
        );
        Assert.InRange(pull.Sources!.Sum(source => source.Bytes), swarm.Origin.Content.Length, long.MaxValue);
    }

    [Fact]
    public async Task Pull_NodeThatJoinsLate_GetsItFromTheOthers()
    {
        await using Swarm swarm = await Swarm.StartAsync(3);
        await WantAsync(swarm, swarm.Nodes, "n1");
        await swarm.UntilAsync(() => swarm.ShareOf(swarm.Nodes[1]) >= 0.5, "Half is there");
        SwarmNode late = await swarm.AddNodeAsync();
        await swarm.WantAsync(late, "n1");

        await swarm.UntilStoredAsync([.. swarm.Nodes]);

        AssertCopies(swarm, 1.1);
    }

    [Fact]
    public async Task Pull_NodeThatDiesHalfWay_DoesNotKeepTheOthers()
    {
        await using Swarm swarm = await Swarm.StartAsync(4);
        await WantAsync(swarm, swarm.Nodes, "n1");
        SwarmNode victim = swarm.Nodes[2];
        await swarm.UntilAsync(() => swarm.ShareOf(victim) >= 0.5, "Half is there");
        await victim.DisposeAsync();

        await swarm.UntilStoredAsync([.. swarm.Nodes.Except([victim])]);

        AssertCopies(swarm, 1.1);
    }

    [Fact]
    public async Task Pull_SeederThatDiesHalfWay_IsFollowedByTheNextOne()
    {
        await using Swarm swarm = await Swarm.StartAsync(4);
        await WantAsync(swarm, swarm.Nodes, "n1");
        SwarmNode victim = swarm.Nodes[0];
        await swarm.UntilAsync(() => swarm.ShareOf(victim) >= 0.5, "Half is there");
        await victim.DisposeAsync();
        SwarmNode[] rest = [.. swarm.Nodes.Skip(1)];
        await WantAsync(swarm, rest, "n3");

        await swarm.UntilStoredAsync(rest);

        // What only the dead one had is fetched again.
        AssertCopies(swarm, 1.7);
    }

    // A seeder that cannot be reached is not waited for as long as one that is slow, which the second row would show.
    [Theory]
    [InlineData(5)]
    [InlineData(3600)]
    public async Task Pull_SeederThatDiesWithoutAnOperator_IsFollowedByOneNodeAfterAWhile(
        int originAfterSeconds
    )
    {
        await using Swarm swarm = await Swarm.StartAsync(
            4,
            new PeerOptions
            {
                ShareFor = TimeSpan.FromSeconds(0.5),
                OriginAfter = TimeSpan.FromSeconds(originAfterSeconds),
                OriginStep = TimeSpan.FromSeconds(5),
                Rest = TimeSpan.FromSeconds(0.5),
            }
        );
        await WantAsync(swarm, swarm.Nodes, "n1");
        SwarmNode victim = swarm.Nodes[0];
        await swarm.UntilAsync(() => swarm.ShareOf(victim) >= 0.5, "Half is there");
        await victim.DisposeAsync();

        await swarm.UntilStoredAsync([.. swarm.Nodes.Skip(1)]);

        AssertCopies(swarm, 2);
    }

    [Fact]
    public async Task Pull_NodeThatGivesWrongBytes_IsAskedNoMoreAndNamed()
    {
        await using Swarm swarm = await Swarm.StartAsync(3);
        await using LyingNode liar = await swarm.AddLiarAsync();
        await WantAsync(swarm, swarm.Nodes, "n1");

        await swarm.UntilStoredAsync([.. swarm.Nodes]);

        Assert.NotEqual(0, liar.Given);
        int given = liar.Given;
        IReadOnlyList<string> told = [];
        await swarm.UntilAsync(
            () => (told = swarm.EventsAsync(ModelReplicaConditions.PeerQuarantined).Result).Count > 0,
            "The event is there"
        );
        Assert.All(
            told,
            message =>
                Assert.StartsWith("Node liar gave wrong bytes in unit ", message, StringComparison.Ordinal)
        );
        Assert.Equal(given, liar.Given);
    }

    [Fact]
    public async Task Pull_SeederThatVouchesForWrongBytes_IsBlamedAndNotWhoPassedThemOn()
    {
        await using Swarm swarm = await Swarm.StartAsync(
            3,
            new PeerOptions
            {
                ShareFor = TimeSpan.FromSeconds(1),
                OriginAfter = TimeSpan.FromSeconds(3),
                OriginStep = TimeSpan.FromSeconds(1),
                Rest = TimeSpan.FromSeconds(0.5),
            }
        );
        await using LyingNode liar = await swarm.AddLiarAsync(vouches: true);
        await WantAsync(swarm, swarm.Nodes, liar.Name);

        await swarm.UntilStoredAsync([.. swarm.Nodes]);

        Assert.NotEqual(0, liar.Given);
        IReadOnlyList<string> told = [];
        await swarm.UntilAsync(
            () => (told = swarm.EventsAsync(ModelReplicaConditions.PeerQuarantined).Result).Count > 0,
            "The event is there"
        );
        Assert.All(told, message => Assert.StartsWith("Node liar ", message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Pull_OriginThatDiesWhenAllBytesAreOut_IsNotMissed()
    {
        await using Swarm swarm = await Swarm.StartAsync(4);
        await WantAsync(swarm, swarm.Nodes, "n1", "n2");
        await swarm.UntilAsync(
            () => swarm.HaveAllTogether(swarm.Nodes[0], swarm.Nodes[1]),
            "The seeders have all bytes together"
        );
        swarm.Origin.IsDead = true;

        await swarm.UntilStoredAsync([.. swarm.Nodes]);

        AssertCopies(swarm, 1.3);
    }

    private static Task WantAsync(Swarm swarm, IEnumerable<SwarmNode> nodes, params string[] seeders) =>
        Task.WhenAll(nodes.Select(node => swarm.WantAsync(node, seeders)));

    private static void AssertCopies(Swarm swarm, double most) =>
        Assert.InRange(
            swarm.Origin.Given / (double)swarm.Origin.Content.Length,
            swarm.Origin.IsDead ? 0.9 : 1,
            most
        );
}
