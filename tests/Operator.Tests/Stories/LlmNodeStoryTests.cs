using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Status;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Models;
using LlmOperator.Operator.Seeding;

namespace LlmOperator.Operator.Tests.Stories;

/// <summary>Nodes that fall silent, come back, are cordoned or shrink.</summary>
public sealed class LlmNodeStoryTests
{
    private static readonly OperatorOptions s_quick = new() { NodeLostAfter = TimeSpan.FromSeconds(1) };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Node_Lost_ItsReplicaIsPlacedElsewhere()
    {
        await using OperatorWorld world = await OperatorWorld.StartAsync();
        FakeAgent first = await world.AddNodeAsync("node-a", 4096);
        await world.AddNodeAsync("node-b", 8192);
        await world.StartOperatorAsync(s_quick);
        await world.ApplyAsync("demo", Demo(world));
        await Ready(world);
        Assert.Equal("node-a", Assert.Single(await world.ReplicasAsync()).Spec.NodeName);

        await first.KillAsync();

        LlmNode lost = await OperatorWorld.WaitAsync(
            () => world.Client.GetAsync<LlmNode>(new ObjectKey(null, "node-a"), Token),
            n => n.Status!.Conditions.Find(LlmNodeConditions.Ready)?.Reason == LlmNodeConditions.AgentLost,
            "the node is known to be silent"
        );
        Assert.Equal(ConditionStatus.Unknown, lost.Status!.Conditions.Find(LlmNodeConditions.Ready)!.Status);
        Assert.NotEmpty(lost.Status.Devices);
        await world.WaitForReplicasAsync(
            r => r.Count == 1 && r[0].Spec.NodeName == "node-b",
            "the replica moved, and the old one does not hang on its finalizer"
        );
        await Ready(world);
    }

    [Fact]
    public async Task Node_OfAKubernetesNode_HasItsZoneUnlessPeopleLabelledIt()
    {
        await using OperatorWorld world = await OperatorWorld.StartAsync();
        foreach (string name in new[] { "node-a", "node-b" })
        {
            await world.Client.CreateAsync(
                new Node
                {
                    Metadata = new ObjectMeta { Name = name, Labels = Zone("cloud") },
                },
                new WriteOptions { FieldManager = "test" },
                Token
            );
        }

        await world.Client.CreateAsync(
            new LlmNode
            {
                Metadata = new ObjectMeta { Name = "node-b", Labels = Zone("mine") },
            },
            new WriteOptions { FieldManager = "test" },
            Token
        );
        await world.AddNodeAsync("node-a", 4096);
        await world.AddNodeAsync("node-c", 4096);
        await world.StartOperatorAsync(s_quick);

        await OperatorWorld.WaitAsync(
            async () => (await world.Client.ListAsync<LlmNode>(new ListOptions(), Token)).Items,
            nodes => nodes.Any(n => n.Metadata.Name == "node-a" && ZoneOf(n) == "cloud"),
            "the zone is there"
        );
        await OperatorWorld.WaitAsync(
            () => world.Client.GetAsync<LlmNode>(new ObjectKey(null, "node-b"), Token),
            n => n.Status?.Conditions.Find(LlmNodeConditions.Ready)?.Reason == ConditionReason.Pending,
            "the other node was looked at"
        );
        Assert.Equal(
            "mine",
            ZoneOf(await world.Client.GetAsync<LlmNode>(new ObjectKey(null, "node-b"), Token))
        );
        Assert.Null(ZoneOf(await world.Client.GetAsync<LlmNode>(new ObjectKey(null, "node-c"), Token)));
    }

    private static Dictionary<string, string> Zone(string zone) => new() { [SeederViews.ZoneLabel] = zone };

    private static string? ZoneOf(LlmNode node) =>
        node.Metadata.Labels?.GetValueOrDefault(SeederViews.ZoneLabel);

    [Fact]
    public async Task Nodes_MoreThanHalfLostAtOnce_NothingIsMoved()
    {
        await using OperatorWorld world = await OperatorWorld.StartAsync();
        FakeAgent[] agents =
        [
            await world.AddNodeAsync("node-a", 4096),
            await world.AddNodeAsync("node-b", 4096),
        ];
        await world.AddNodeAsync("node-c", 4096);
        await world.StartOperatorAsync(s_quick);
        await world.ApplyAsync("demo", Demo(world, replicas: 2));
        await Ready(world);

        await Task.WhenAll(agents.Select(a => a.KillAsync()));

        // Both silent for longer than the limit, and a plan was made after that: another model was placed.
        await OperatorWorld.WaitAsync(
            async () => (await world.Client.ListAsync<LlmNode>(new ListOptions(), Token)).Items,
            nodes =>
                nodes.Count(n =>
                    n.Status!.Conditions.Find(LlmNodeConditions.Ready)
                        is { Reason: LlmNodeConditions.AgentLost } ready
                    && TimeProvider.System.GetUtcNow() - ready.LastTransitionTime > TimeSpan.FromSeconds(2)
                ) == 2,
            "both nodes are lost"
        );
        await world.ApplyAsync("other", Demo(world));
        await world.WaitAsync(
            "other",
            LlmModelConditions.Ready,
            ConditionStatus.True,
            LlmModelConditions.AllReady
        );
        await world.WaitAsync(
            "demo",
            LlmModelConditions.Degraded,
            ConditionStatus.True,
            LlmModelConditions.NodesLost
        );
        IReadOnlyList<ModelReplica> replicas = await world.ReplicasAsync();
        Assert.Equal(
            ["node-a", "node-b"],
            replicas.Where(r => r.Spec.ModelName == "demo").Select(r => r.Spec.NodeName)
        );
        Assert.All(
            replicas.Where(r => r.Spec.ModelName == "demo"),
            r =>
                Assert.Equal(
                    ModelReplicaConditions.AgentLost,
                    r.Status!.Conditions.Find(ModelReplicaConditions.Ready)!.Reason
                )
        );
    }

    [Fact]
    public async Task Node_Deleted_ItsReplicasAreLetGo()
    {
        await using OperatorWorld world = await OperatorWorld.StartAsync();
        FakeAgent agent = await world.AddNodeAsync("node-a", 4096);
        await world.AddNodeAsync("node-b", 2048);
        await world.StartOperatorAsync();
        await world.ApplyAsync("demo", Demo(world));
        await Ready(world);

        await agent.KillAsync();
        await world.Client.DeleteAsync<LlmNode>(new ObjectKey(null, "node-a"), new DeleteOptions(), Token);

        await world.WaitForReplicasAsync(
            r => r.Count == 1 && r[0].Spec.NodeName == "node-b",
            "the replica moved"
        );
    }

    [Fact]
    public async Task Node_Cordoned_KeepsWhatItHasAndTakesNothingNew()
    {
        await using OperatorWorld world = await OperatorWorld.StartAsync();
        await world.AddNodeAsync("node-a", 4096);
        await world.StartOperatorAsync();
        await world.ApplyAsync("demo", Demo(world));
        await Ready(world);

        await world.ApplyAsync(
            new LlmNode
            {
                Metadata = new ObjectMeta { Name = "node-a" },
                Spec = new LlmNodeSpec { Scheduling = NodeScheduling.Cordoned },
            }
        );
        await world.ApplyAsync("other", Demo(world));

        LlmModel other = await world.WaitAsync(
            "other",
            LlmModelConditions.Placed,
            ConditionStatus.False,
            LlmModelConditions.NoMatchingNode
        );
        Assert.Equal("NodeCordoned", Assert.Single(other.Status!.Refusals!).Reason);
        await Ready(world);
        Assert.Single(await world.ReplicasAsync());
    }

    [Fact]
    public async Task Agent_Returns_TheNodeIsReadyAgain()
    {
        await using OperatorWorld world = await OperatorWorld.StartAsync();
        FakeAgent agent = await world.AddNodeAsync("node-a", 4096);
        await world.StartOperatorAsync();
        await world.ApplyAsync("demo", Demo(world));
        await Ready(world);
        await agent.KillAsync();
        await world.WaitAsync(
            "demo",
            m => m.Status?.Conditions.Find(LlmModelConditions.Ready)?.Status == ConditionStatus.False,
            "nobody answers"
        );

        await world.AddNodeAsync("node-a", 4096);

        await Ready(world);
        Assert.Single(await world.ReplicasAsync());
    }

    private static LlmModelSpec Demo(OperatorWorld world, int replicas = 1) =>
        new()
        {
            Source = new ModelSource { File = new FileModelSource { Path = world.ModelFile("demo") } },
            Placement = new ModelPlacement { Replicas = replicas },
        };

    private static Task<LlmModel> Ready(OperatorWorld world) =>
        world.WaitAsync("demo", LlmModelConditions.Ready, ConditionStatus.True, LlmModelConditions.AllReady);
}
