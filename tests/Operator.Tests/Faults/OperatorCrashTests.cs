using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Status;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Operator.Tests.Stories;
using LlmOperator.Testing.Kubernetes;

namespace LlmOperator.Operator.Tests.Faults;

/// <summary>
/// The operator is killed at every single write of a story (C40): with the write done or not done, its successor
/// reaches the same end, and no bytes are given twice on the way.
/// </summary>
public sealed class OperatorCrashTests
{
    // More writes than the story needs; it ends when the operator finished without being killed.
    private const int MostWrites = 60;
    private const long NodeBytes = 1L << 20;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [Trait("Semantics", "C40")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Operator_KilledAtAnyWrite_ItsSuccessorReachesTheSameEnd(bool isWritten)
    {
        bool wasKilled = true;
        int crashAt = 1;
        for (; wasKilled && crashAt <= MostWrites; crashAt++)
        {
            wasKilled = await TellAsync(crashAt, isWritten);
        }

        Assert.False(wasKilled, "the story never ran to its end without a crash");
        Assert.True(crashAt > 8, $"the story had only {crashAt} writes to be killed at");
    }

    private static async Task<bool> TellAsync(int crashAt, bool isWritten)
    {
        await using OperatorWorld world = await OperatorWorld.StartAsync();
        await world.AddNodeAsync("node-a", 1);
        await world.AddNodeAsync("node-b", 1);
        LlmModelSpec spec = new()
        {
            Source = new ModelSource { File = new FileModelSource { Path = world.ModelFile("demo") } },
            Memory = new MemoryOverride { Override = Quantity.Parse("600Ki") },
        };
        CrashingClient client = new(world.Client, crashAt, isWritten);
        await world.StartOperatorAsync(client: client);
        await world.ApplyAsync(
            "two",
            spec with
            {
                Placement = new ModelPlacement { Replicas = 2, Priority = 1 },
            }
        );
        await OperatorWorld.WaitAsync(
            async () => client.IsCrashed || await IsReadyAsync(world, "two"),
            done => done,
            "the story goes on, or the operator is dead"
        );
        // One replica goes, and another model takes its place.
        await world.ApplyAsync(
            "two",
            spec with
            {
                Placement = new ModelPlacement { Replicas = 1, Priority = 1 },
            }
        );
        await world.ApplyAsync("one", spec);
        await OperatorWorld.WaitAsync(
            async () => client.IsCrashed || (await IsEndAsync(world)),
            done => done,
            "the end, or the operator is dead"
        );

        bool wasKilled = client.IsCrashed;
        await world.StartOperatorAsync();
        await OperatorWorld.WaitAsync(
            () => IsEndAsync(world),
            done => done,
            $"the end after crash {crashAt}"
        );
        return wasKilled;
    }

    private static async Task<bool> IsEndAsync(OperatorWorld world)
    {
        IReadOnlyList<ModelReplica> replicas = await world.ReplicasAsync();
        Assert.All(
            replicas.GroupBy(r => r.Spec.NodeName),
            node =>
                Assert.True(
                    node.Sum(r => r.Spec.Reservations.Sum(x => x.TotalBytes)) <= NodeBytes,
                    $"{node.Key} is overbooked"
                )
        );
        return replicas.Count == 2
            && replicas.All(r => !r.IsBeingDeleted)
            && await IsReadyAsync(world, "one")
            && await IsReadyAsync(world, "two");
    }

    private static async Task<bool> IsReadyAsync(OperatorWorld world, string model)
    {
        LlmModel? seen = await world.Client.FindAsync<LlmModel>(new ObjectKey("default", model), Token);
        return seen?.Status is { } status
            && status.ObservedGeneration == seen.Metadata.Generation
            && status.Replicas?.Ready == seen.Spec.Placement.Replicas
            && status.Conditions.IsTrue(LlmModelConditions.Ready);
    }
}
