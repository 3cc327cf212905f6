using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Status;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Operator.LlmModels;

namespace LlmOperator.Operator.Tests.Stories;

/// <summary>An engine that runs out of memory although its plan fitted.</summary>
public sealed class OutOfMemoryStoryTests
{
    private static LlmModelSpec Spec(string path) =>
        new()
        {
            Source = new ModelSource { File = new FileModelSource { Path = path } },
            Context = new ContextRange { Preferred = 4096, Minimum = 512 },
        };

    [Fact]
    public async Task Model_EngineRunsOutOfMemory_GoesDownTheLadderUntilItAnswers()
    {
        await using OperatorWorld world = await OperatorWorld.StartAsync();
        FakeAgent agent = await world.AddNodeAsync("node-a", 4096);
        agent.MostContext = 1024;
        await world.StartOperatorAsync();

        await world.ApplyAsync("demo", Spec(world.ModelFile("demo")));

        await world.WaitAsync(
            "demo",
            LlmModelConditions.Ready,
            ConditionStatus.True,
            LlmModelConditions.AllReady
        );
        ModelReplica replica = Assert.Single(await world.ReplicasAsync());
        Assert.InRange(replica.Spec.Engine.ContextLength, 512, 1024);
        // Each way that failed stands in the spec, the best one first: a restart of the operator goes on from there.
        Assert.StartsWith("default/4096/", replica.Spec.Exhausted![0], StringComparison.Ordinal);
        Assert.All(replica.Spec.Exhausted, way => Assert.EndsWith("@Cpu", way, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Model_EngineAbortsWithOneCacheFormat_IsLoadedWithTheNext()
    {
        await using OperatorWorld world = await OperatorWorld.StartAsync();
        FakeAgent agent = await world.AddNodeAsync("node-a", 4096);
        agent.Aborts = KvCacheType.Q8_0;
        await world.StartOperatorAsync();

        await world.ApplyAsync(
            "demo",
            Spec(world.ModelFile("demo")) with
            {
                KvCacheTypes = [KvCacheType.Q8_0, KvCacheType.F16],
            }
        );

        await world.WaitAsync(
            "demo",
            LlmModelConditions.Ready,
            ConditionStatus.True,
            LlmModelConditions.AllReady
        );
        ModelReplica replica = Assert.Single(await world.ReplicasAsync());
        Assert.Equal(
            (KvCacheType.F16, 4096),
            (replica.Spec.Engine.KvCacheType, replica.Spec.Engine.ContextLength)
        );
        Assert.Single(replica.Spec.Exhausted!);
        await world.WaitForEventAsync(
            LlmModelEvents.ReplicaChanged,
            "The engine aborted in the way it was loaded in"
        );
    }

    [Theory]
    [InlineData(3000, 4096)]
    [InlineData(5000, 512)]
    public async Task Model_EngineProjectsMoreThanWasPlanned_IsGivenThatWhereItFits(int mib, int context)
    {
        await using OperatorWorld world = await OperatorWorld.StartAsync();
        FakeAgent agent = await world.AddNodeAsync("node-a", 4096);
        agent.ProjectedBytes = (long)mib << 20;
        await world.StartOperatorAsync();

        await world.ApplyAsync("demo", Spec(world.ModelFile("demo")));

        IReadOnlyList<ModelReplica> replicas = await world.WaitForReplicasAsync(
            all =>
                all.Any(r =>
                    r.Spec.Engine.ContextLength == context
                    && r.Status?.ObservedGeneration == r.Metadata.Generation
                    && (mib > 4096 || r.Status.Conditions.IsTrue(ModelReplicaConditions.Ready))
                ),
            $"the context is {context}"
        );
        ModelReplica replica = Assert.Single(replicas);
        Assert.Equal(mib < 4096, replica.Spec.Reservations.Sum(r => r.TotalBytes) >= agent.ProjectedBytes);
        Assert.Equal(mib < 4096, replica.Spec.Exhausted is null);
    }

    [Fact]
    public async Task Model_NothingOnTheLadderDoes_KeepsTheLastAndSaysWhy()
    {
        await using OperatorWorld world = await OperatorWorld.StartAsync();
        FakeAgent agent = await world.AddNodeAsync("node-a", 4096);
        agent.MostContext = 100;
        await world.StartOperatorAsync();

        await world.ApplyAsync("demo", Spec(world.ModelFile("demo")));

        IReadOnlyList<ModelReplica> replicas = await world.WaitForReplicasAsync(
            all =>
                all.Any(r =>
                    r.Spec.Engine.ContextLength == 512
                    && r.Status?.ObservedGeneration == r.Metadata.Generation
                    && r.Status.Conditions.Find(ModelReplicaConditions.Loaded)?.Reason
                        == ModelReplicaConditions.OutOfMemory
                ),
            "the lowest rung is reached"
        );
        ModelReplica last = Assert.Single(replicas);
        LlmModel model = await world.WaitAsync(
            "demo",
            m => m.Status?.Conditions.Find(LlmModelConditions.Ready) is { Status: ConditionStatus.False },
            "the model is not ready"
        );
        Assert.DoesNotContain("512/", last.Spec.Exhausted![^1], StringComparison.Ordinal);
        Assert.NotNull(model);
    }
}
