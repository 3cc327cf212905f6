using LlmOperator.Api;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Status;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Models;
using LlmOperator.Testing.Gguf;

namespace LlmOperator.Operator.Tests.Stories;

/// <summary>The life of a model, told on the embedded API server with agents that only report.</summary>
public sealed class LlmModelStoryTests
{
    private static readonly ModelShape s_large = new()
    {
        Embedding = 4096,
        Layers = 16,
        FeedForward = 8192,
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static LlmModelSpec File(string path, int replicas = 1, string? sha256 = null) =>
        new()
        {
            Source = new ModelSource
            {
                File = new FileModelSource { Path = path, Sha256 = sha256 },
            },
            Placement = new ModelPlacement { Replicas = replicas },
        };

    [Fact]
    public async Task Model_OtherChatTemplateThanPinned_IsRefusedUntilThatOneIsPinned()
    {
        await using OperatorWorld world = await OperatorWorld.StartAsync();
        await world.AddNodeAsync("node-a", 4096);
        await world.StartOperatorAsync();
        LlmModelSpec spec = File(world.ModelFile("first"));

        await world.ApplyAsync("demo", spec with { ChatTemplateSha256 = new string('0', 64) });

        LlmModel refused = await world.WaitAsync(
            "demo",
            LlmModelConditions.Accepted,
            ConditionStatus.False,
            LlmModelConditions.TemplateChanged
        );
        Assert.True(refused.Status!.Conditions.IsTrue(LlmModelConditions.Stalled));
        Assert.Empty(await world.ReplicasAsync());
        string actual = refused.Status.Facts!.ChatTemplateSha256!;
        await world.ApplyAsync("demo", spec with { ChatTemplateSha256 = actual });

        await world.WaitAsync(
            "demo",
            LlmModelConditions.Ready,
            ConditionStatus.True,
            LlmModelConditions.AllReady
        );
        ModelReplica replica = Assert.Single(await world.ReplicasAsync());
        Assert.Equal(actual, replica.Spec.Artifact.ChatTemplateSha256);
    }

    [Fact]
    public async Task Model_Edited_IsNotReadyBeforeTheAgentHasTakenTheChange()
    {
        await using OperatorWorld world = await OperatorWorld.StartAsync();
        FakeAgent agent = await world.AddNodeAsync("node-a", 4096);
        await world.StartOperatorAsync();
        await world.ApplyAsync("demo", File(world.ModelFile("first")));
        await world.WaitAsync(
            "demo",
            LlmModelConditions.Ready,
            ConditionStatus.True,
            LlmModelConditions.AllReady
        );
        await agent.KillAsync();

        LlmModel edited = await world.ApplyAsync("demo", File(world.ModelFile("second")));

        await world.WaitForReplicasAsync(
            replicas => replicas.All(r => r.Spec.Artifact.Source.File!.Path.Contains("second")),
            "the replica has the new file"
        );
        LlmModel changing = await world.WaitAsync(
            "demo",
            m => ReadyOf(m).ObservedGeneration == edited.Metadata.Generation,
            "the change is planned"
        );
        await world.WaitAsync(
            "demo",
            m => m.Status!.Replicas!.Ready == 0 && ReadyOf(m).Status == ConditionStatus.False,
            "no replica answers with the new file"
        );
        Assert.NotEqual(ConditionStatus.True, ReadyOf(changing).Status);
        Assert.True(changing.Status!.Conditions.IsTrue(LlmModelConditions.Reconciling));
    }

    [Fact]
    public async Task Model_EditedToASourceThatNobodyLists_IsStalledAndNotReady()
    {
        await using OperatorWorld world = await OperatorWorld.StartAsync();
        await world.AddNodeAsync("node-a", 4096);
        await world.StartOperatorAsync();
        await world.ApplyAsync("demo", File(world.ModelFile("first")));
        await world.WaitAsync(
            "demo",
            LlmModelConditions.Ready,
            ConditionStatus.True,
            LlmModelConditions.AllReady
        );

        await world.ApplyAsync(
            "demo",
            new LlmModelSpec
            {
                Source = new ModelSource { Catalog = new CatalogModelSource { Name = "nowhere" } },
            }
        );

        LlmModel refused = await world.WaitAsync(
            "demo",
            LlmModelConditions.Ready,
            ConditionStatus.False,
            LlmModelConditions.SourceNotFound
        );
        Assert.True(refused.Status!.Conditions.IsTrue(LlmModelConditions.Stalled));
        Assert.Equal(1, refused.Status.Replicas!.Ready);
    }

    [Fact]
    public async Task Model_Applied_IsPlacedStoredAndReady()
    {
        await using OperatorWorld world = await OperatorWorld.StartAsync();
        FakeAgent agent = await world.AddNodeAsync("node-a", 4096);
        (agent.Stores, agent.Loads) = (false, false);
        await world.StartOperatorAsync();

        await world.ApplyAsync("demo", File(world.ModelFile("demo")));

        LlmModel pulling = await world.WaitAsync(
            "demo",
            m =>
                m.Status?.Conditions.Find(LlmModelConditions.Ready)
                    is { Status: ConditionStatus.False, Reason: LlmModelConditions.Pulling } ready
                && ready.Message.Contains("node-a: pulling 43%", StringComparison.Ordinal),
            "it is pulled"
        );
        Assert.True(pulling.Status!.Conditions.IsTrue(LlmModelConditions.Accepted));
        Assert.True(pulling.Status.Conditions.IsTrue(LlmModelConditions.Placed));
        Assert.True(pulling.Status.Conditions.IsTrue(LlmModelConditions.Reconciling));
        Assert.Equal("llama", pulling.Status.Facts!.Architecture);

        agent.Stores = true;
        await world.WaitAsync(
            "demo",
            LlmModelConditions.Ready,
            ConditionStatus.False,
            LlmModelConditions.Loading
        );

        agent.Loads = true;
        LlmModel ready = await world.WaitAsync(
            "demo",
            LlmModelConditions.Ready,
            ConditionStatus.True,
            LlmModelConditions.AllReady
        );
        Assert.Equal((1, 1, 1, 1), Counts(ready));
        Assert.Null(ready.Status!.Conditions.Find(LlmModelConditions.Reconciling));
        Assert.Null(ready.Status.Conditions.Find(LlmModelConditions.Stalled));
        Assert.All(
            ready.Status.Conditions,
            c => Assert.Equal(ready.Metadata.Generation, c.ObservedGeneration)
        );
        ModelArtifact artifact = Assert.Single(ready.Status.Artifacts);
        Assert.StartsWith("sha256:", artifact.Digest, StringComparison.Ordinal);

        ModelReplica replica = Assert.Single(await world.ReplicasAsync());
        Assert.Equal("demo", replica.Metadata.Labels![WellKnown.ModelLabel]);
        Assert.Equal("node-a", replica.Metadata.Labels[WellKnown.NodeLabel]);
        Assert.Equal(ready.Metadata.Uid, Assert.Single(replica.Metadata.OwnerReferences!).Uid);
        Assert.Equal(artifact, replica.Spec.Artifact);
        Assert.Equal(ready.Status.Memory!.Total, replica.Spec.Reservations.Sum(r => r.TotalBytes));
        Assert.True(ready.Status.Memory.Total > 0);
    }

    [Fact]
    public async Task Model_LargerThanEveryNode_SaysHowManyBytesAreMissingOnEach()
    {
        await using OperatorWorld world = await OperatorWorld.StartAsync();
        await world.AddNodeAsync("node-a", 512);
        await world.AddNodeAsync("node-b", 256, 1024);
        await world.StartOperatorAsync();

        // With its digest given, gigabytes of nothing need not be hashed.
        await world.ApplyAsync("large", File(world.ModelFile("large", s_large), sha256: new string('a', 64)));

        LlmModel model = await world.WaitAsync(
            "large",
            LlmModelConditions.Placed,
            ConditionStatus.False,
            LlmModelConditions.InsufficientMemory
        );
        Assert.Equal(["node-a", "node-b"], model.Status!.Refusals!.Select(r => r.Node).Order());
        Assert.All(
            model.Status.Refusals!,
            refusal =>
            {
                Assert.Equal("InsufficientMemory", refusal.Reason);
                Assert.True(refusal.MissingBytes > 0);
            }
        );
        Assert.Contains(
            "is missing",
            model.Status.Conditions.Find(LlmModelConditions.Placed)!.Message,
            StringComparison.Ordinal
        );
        Assert.Equal(
            LlmModelConditions.InsufficientMemory,
            model.Status.Conditions.Find(LlmModelConditions.Ready)!.Reason
        );
        Assert.Empty(await world.ReplicasAsync());
    }

    [Fact]
    public async Task Model_WithoutRoom_IsPlacedWhenANodeAppears()
    {
        await using OperatorWorld world = await OperatorWorld.StartAsync();
        await world.StartOperatorAsync();
        await world.ApplyAsync("demo", File(world.ModelFile("demo")));
        await world.WaitAsync(
            "demo",
            LlmModelConditions.Placed,
            ConditionStatus.False,
            LlmModelConditions.NoMatchingNode
        );

        await world.AddNodeAsync("node-a", 4096);

        LlmModel ready = await world.WaitAsync(
            "demo",
            LlmModelConditions.Ready,
            ConditionStatus.True,
            LlmModelConditions.AllReady
        );
        Assert.Null(ready.Status!.Refusals);
    }

    [Fact]
    public async Task Model_Deleted_TakesItsReplicasWithIt()
    {
        await using OperatorWorld world = await OperatorWorld.StartAsync();
        FakeAgent agent = await world.AddNodeAsync("node-a", 4096);
        await world.StartOperatorAsync();
        await world.ApplyAsync("demo", File(world.ModelFile("demo")));
        await Ready(world, "demo");

        agent.Stops = false;
        await world.Client.DeleteAsync<LlmModel>(
            new ObjectKey("default", "demo"),
            new DeleteOptions(),
            Token
        );

        await world.WaitForReplicasAsync(r => r.Count == 1 && r[0].IsBeingDeleted, "the engine is stopping");
        agent.Stops = true;
        await world.WaitForReplicasAsync(r => r.Count == 0, "the replica is gone");
    }

    [Fact]
    public async Task Model_Scaled_GainsAndLosesReplicas()
    {
        await using OperatorWorld world = await OperatorWorld.StartAsync();
        await world.AddNodeAsync("node-a", 4096);
        await world.AddNodeAsync("node-b", 4096);
        await world.StartOperatorAsync();
        string path = world.ModelFile("demo");
        await world.ApplyAsync("demo", File(path, replicas: 2));
        LlmModel two = await Ready(world, "demo");
        Assert.Equal((2, 2, 2, 2), Counts(two));

        await world.ApplyAsync("demo", File(path, replicas: 1));
        await world.WaitForReplicasAsync(r => r.Count == 1, "one replica is left");
        Assert.Equal((1, 1, 1, 1), Counts(await Ready(world, "demo")));

        await world.ApplyAsync("demo", File(path, replicas: 0));
        await world.WaitForReplicasAsync(r => r.Count == 0, "no replica is left");
        await world.WaitAsync(
            "demo",
            LlmModelConditions.Ready,
            ConditionStatus.True,
            LlmModelConditions.ScaledToZero
        );

        await world.ApplyAsync("demo", File(path, replicas: 3));
        LlmModel three = await world.WaitAsync(
            "demo",
            LlmModelConditions.Placed,
            ConditionStatus.False,
            LlmModelConditions.NoMatchingNode
        );
        Assert.Contains(
            "each replica needs a node of its own",
            three.Status!.Conditions.Find(LlmModelConditions.Placed)!.Message,
            StringComparison.Ordinal
        );
        await world.WaitForReplicasAsync(r => r.Count == 2, "two of three replicas have a node");
    }

    [Fact]
    public async Task Models_CompetingForOneNode_AreNeverPlannedOnTheSameBytes()
    {
        await using OperatorWorld world = await OperatorWorld.StartAsync();
        await world.AddNodeAsync("node-a", 1);
        string path = world.ModelFile("demo");
        await world.StartOperatorAsync();
        LlmModelSpec spec = File(path) with
        {
            Memory = new MemoryOverride { Override = Quantity.Parse("400Ki") },
        };

        await Task.WhenAll(Enumerable.Range(0, 6).Select(i => world.ApplyAsync($"demo-{i}", spec)));

        await OperatorWorld.WaitAsync(
            async () => (await world.Client.ListAsync<LlmModel>(new ListOptions(), Token)).Items,
            models =>
                models.Count(m => m.Status?.Conditions.IsTrue(LlmModelConditions.Ready) == true) == 2
                && models.Count(m =>
                    m.Status?.Conditions.Find(LlmModelConditions.Placed)?.Reason
                    == LlmModelConditions.InsufficientMemory
                ) == 4,
            "two models run and four wait"
        );
        IReadOnlyList<ModelReplica> replicas = await world.ReplicasAsync();
        Assert.Equal(2 * 400 << 10, replicas.Sum(r => r.Spec.Reservations.Sum(x => x.TotalBytes)));
    }

    [Fact]
    public async Task Model_ContextChanged_IsRenewedInPlace()
    {
        await using OperatorWorld world = await OperatorWorld.StartAsync();
        await world.AddNodeAsync("node-a", 4096);
        await world.StartOperatorAsync();
        LlmModelSpec spec = File(world.ModelFile("demo"));
        await world.ApplyAsync("demo", spec);
        await Ready(world, "demo");
        string? uid = (await world.ReplicasAsync())[0].Metadata.Uid;

        await world.ApplyAsync("demo", spec with { Context = new ContextRange { Preferred = 2048 } });

        LlmModel changed = await world.WaitAsync(
            "demo",
            m => m.Status?.ContextLength == 2048 && m.Status.Conditions.IsTrue(LlmModelConditions.Ready),
            "it answers with the new context"
        );
        ModelReplica replica = Assert.Single(await world.ReplicasAsync());
        Assert.Equal((uid, 2048), (replica.Metadata.Uid, replica.Spec.Engine.ContextLength));
        Assert.Equal((1, 1, 1, 1), Counts(changed));
    }

    [Fact]
    public async Task Model_ContextLongerThanTrained_IsClampedAndSaysSo()
    {
        await using OperatorWorld world = await OperatorWorld.StartAsync();
        await world.AddNodeAsync("node-a", 4096);
        await world.StartOperatorAsync();

        await world.ApplyAsync(
            "demo",
            File(world.ModelFile("demo")) with
            {
                Context = new ContextRange { Preferred = 100_000 },
            }
        );

        LlmModel ready = await Ready(world, "demo");
        Assert.Equal(4096, ready.Status!.ContextLength);
        Assert.Contains(
            "trained for 4096 tokens; 4096 is used",
            ready.Status.Conditions.Find(LlmModelConditions.Accepted)!.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Model_FileThatIsNoGguf_IsRefusedAndStalled()
    {
        await using OperatorWorld world = await OperatorWorld.StartAsync();
        await world.AddNodeAsync("node-a", 4096);
        await world.StartOperatorAsync();
        string path = world.File("text.gguf");
        await System.IO.File.WriteAllTextAsync(path, new string('x', 5000), Token);

        await world.ApplyAsync("text", File(path));

        LlmModel refused = await world.WaitAsync(
            "text",
            LlmModelConditions.Accepted,
            ConditionStatus.False,
            LlmModelConditions.InvalidModelFile
        );
        Assert.True(refused.Status!.Conditions.IsTrue(LlmModelConditions.Stalled));
        Assert.Null(refused.Status.Conditions.Find(LlmModelConditions.Reconciling));
        Assert.Equal(
            LlmModelConditions.InvalidModelFile,
            refused.Status.Conditions.Find(LlmModelConditions.Ready)!.Reason
        );
    }

    [Fact]
    public async Task Model_MissingFile_IsPlacedAfterTheSpecIsCorrected()
    {
        await using OperatorWorld world = await OperatorWorld.StartAsync();
        await world.AddNodeAsync("node-a", 4096);
        await world.StartOperatorAsync();
        await world.ApplyAsync("demo", File(world.File("missing.gguf")));
        await world.WaitAsync(
            "demo",
            LlmModelConditions.Accepted,
            ConditionStatus.False,
            LlmModelConditions.SourceNotFound
        );

        await world.ApplyAsync("demo", File(world.ModelFile("demo")));

        await Ready(world, "demo");
    }

    [Fact]
    public async Task Operator_Restarted_ChangesNothing()
    {
        await using OperatorWorld world = await OperatorWorld.StartAsync();
        await world.AddNodeAsync("node-a", 4096);
        await world.StartOperatorAsync();
        await world.ApplyAsync("demo", File(world.ModelFile("demo")));
        await Ready(world, "demo");
        ModelReplica replica = (await world.ReplicasAsync())[0];
        LlmModel model = await world.GetAsync("demo");

        await world.StartOperatorAsync();
        await world.ApplyAsync("other", File(world.ModelFile("other")));
        await Ready(world, "other");

        ModelReplica after = (await world.ReplicasAsync()).Single(r => r.Spec.ModelName == "demo");
        Assert.Equal(
            (replica.Metadata.Uid, replica.Metadata.Generation),
            (after.Metadata.Uid, after.Metadata.Generation)
        );
        Assert.Equal(model.Metadata.ResourceVersion, (await world.GetAsync("demo")).Metadata.ResourceVersion);
    }

    [Fact]
    public async Task Model_ThroughItsLife_IsToldInEvents()
    {
        await using OperatorWorld world = await OperatorWorld.StartAsync();
        await world.AddNodeAsync("node-a", 4096);
        await world.StartOperatorAsync();
        await world.ApplyAsync("demo", File(world.ModelFile("demo")));
        await Ready(world, "demo");

        await OperatorWorld.WaitAsync(
            async () =>
                (await world.Client.ListAsync<KubernetesEvent>(new ListOptions(), Token))
                    .Items.Select(e => e.Reason ?? "")
                    .ToHashSet(),
            reasons => reasons.IsSupersetOf(["Inspected", "ReplicaCreated", "Placed", "Ready"]),
            "the events"
        );
    }

    private static Task<LlmModel> Ready(OperatorWorld world, string model) =>
        world.WaitAsync(model, LlmModelConditions.Ready, ConditionStatus.True, LlmModelConditions.AllReady);

    private static (int Desired, int Placed, int Stored, int Ready) Counts(LlmModel model) =>
        (
            model.Status!.Replicas!.Desired,
            model.Status.Replicas.Placed,
            model.Status.Replicas.Stored,
            model.Status.Replicas.Ready
        );

    private static Condition ReadyOf(LlmModel model) =>
        model.Status!.Conditions.Find(LlmModelConditions.Ready)!;
}
