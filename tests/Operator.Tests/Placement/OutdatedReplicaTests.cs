using LlmOperator.Operator.Placement;
using static LlmOperator.Operator.Tests.Placement.Fleet;

namespace LlmOperator.Operator.Tests.Placement;

/// <summary>A model that wants to be loaded in another way than its replicas are.</summary>
public sealed class OutdatedReplicaTests
{
    private static PlacementSnapshot Running(PlacementNode[] nodes, int replicas, long size)
    {
        PlacementSnapshot world = new() { Nodes = nodes, Models = [Model("m", replicas, size)] };
        return After(world, PlacementPlanner.Plan(world));
    }

    private static PlacementSnapshot Wanting(PlacementSnapshot snapshot, params long[] sizes) =>
        snapshot with
        {
            Models = [snapshot.Models[0] with { Candidates = [.. sizes.Select(Candidate)] }],
        };

    private static PlacementSnapshot RanOut(PlacementSnapshot snapshot, string way) =>
        Changing(snapshot, r => r with { RanOut = true, IsHealthy = false, Exhausted = [way] });

    private static PlacementSnapshot Keeping(PlacementSnapshot snapshot, string way) =>
        Changing(snapshot, r => r with { Exhausted = [way] });

    private static PlacementSnapshot Changing(
        PlacementSnapshot snapshot,
        Func<PlacementReplica, PlacementReplica> change
    ) =>
        snapshot with
        {
            Models = [snapshot.Models[0] with { Existing = [change(snapshot.Models[0].Existing[0])] }],
        };

    [Fact]
    public void Plan_OneReplica_IsRenewedInPlace() =>
        Assert.Equal(
            ["m@a/CPU:10G Updated"],
            Lines(PlacementPlanner.Plan(Wanting(Running([Node("a", 16)], 1, 8), 10)))
        );

    [Fact]
    public void Plan_TwoReplicas_AreRenewedOneAfterTheOther()
    {
        PlacementSnapshot world = Wanting(Running([Node("a", 16), Node("b", 16)], 2, 8), 10);

        PlacementPlan first = PlacementPlanner.Plan(world);
        Assert.Equal(["m@a/CPU:10G Updated", "m@b/CPU:8G KeptOutdated"], Lines(first));

        // The first does not answer yet: the second keeps answering.
        PlacementSnapshot restarting = After(world, first);
        PlacementModel model = restarting.Models[0];
        restarting = restarting with
        {
            Models =
            [
                model with
                {
                    Existing = [model.Existing[0] with { IsHealthy = false }, model.Existing[1]],
                },
            ],
        };
        Assert.False(PlacementPlanner.Plan(restarting).HasChanges);

        PlacementPlan second = PlacementPlanner.Plan(After(world, first));
        Assert.Equal(["m@a/CPU:10G Kept", "m@b/CPU:10G Updated"], Lines(second));
    }

    [Fact]
    public void Plan_MemoryDidNotDo_GoesDownTheLadderOnThatNode()
    {
        PlacementSnapshot world = Running([Node("a", 16)], 1, 8);
        world = Wanting(world, 8, 6, 4);
        world = RanOut(world, "8G@Cpu");

        PlacementPlan first = PlacementPlanner.Plan(world);
        Assert.Equal(["m@a/CPU:6G Updated"], Lines(first));

        // It holds, also after a restart of the planner: the better way is not tried again.
        PlacementSnapshot holds = Keeping(After(world, first), "8G@Cpu");
        Assert.Equal(["m@a/CPU:6G Kept"], Lines(PlacementPlanner.Plan(holds)));

        // The next one does not do either; what lies above the lowest that failed is skipped as well.
        Assert.Equal(
            ["m@a/CPU:4G Updated"],
            Lines(PlacementPlanner.Plan(RanOut(After(world, first), "6G@Cpu")))
        );
    }

    [Fact]
    public void Plan_LadderIsAtItsEnd_GoesToAnotherNode()
    {
        PlacementSnapshot world = RanOut(Running([Node("a", 12), Node("b", 16)], 1, 8), "8G@Cpu");

        PlacementPlan plan = PlacementPlanner.Plan(world);

        Assert.Equal(["m@a/CPU:8G KeptOutdated", "m@b/CPU:8G New"], Lines(plan));
    }

    [Fact]
    public void Plan_LadderIsAtItsEndAndThereIsNoOtherNode_KeepsWhatThereIs()
    {
        PlacementSnapshot world = RanOut(Running([Node("a", 16)], 1, 8), "8G@Cpu");

        Assert.Equal(["m@a/CPU:8G KeptOutdated"], Lines(PlacementPlanner.Plan(world)));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 0)]
    public void Plan_OverheadWasLearned_StandsInForTheGeneralOne(long learned, int placed)
    {
        PlacementNode node = Node("a", 16, 8) with
        {
            LearnedOverheads = new Dictionary<(DeviceKind, string), long>
            {
                [(DeviceKind.Gpu, "qwen3")] = learned * Gi,
            },
        };
        PlacementModel model = Model("m", 1, 6) with { Devices = DevicePreference.GpuOnly };
        model = model with
        {
            Candidates =
            [
                model.Candidates[0] with
                {
                    Architecture = "qwen3",
                    // With the general overhead of 2 GiB it would fit, too.
                    OnGpu = new MemoryTerms(6 * Gi, 0, 0, 2 * Gi),
                },
            ],
        };

        PlacementPlan plan = PlacementPlanner.Plan(
            new PlacementSnapshot { Nodes = [node], Models = [model] }
        );

        Assert.Equal(placed, plan.Assignments.Count);
        Assert.All(plan.Assignments, a => Assert.Equal(learned * Gi, a.Claims[0].Terms.Overhead));
    }

    [Fact]
    public void Plan_NoRoomAnywhere_KeepsTheOldOneAndSaysWhatIsMissing()
    {
        PlacementPlan plan = PlacementPlanner.Plan(Wanting(Running([Node("a", 16)], 1, 8), 20));

        Assert.Equal(["m@a/CPU:8G KeptOutdated"], Lines(plan));
        PlacementRefusal refusal = Assert.Single(plan.Refusals);
        Assert.Equal(RefusalReason.InsufficientMemory, refusal.Reason);
    }

    [Fact]
    public void Plan_RoomElsewhere_StartsTheNewOneBesideTheOldOne()
    {
        PlacementSnapshot world = Wanting(Running([Node("a", 16)], 1, 8), 20) with
        {
            Nodes = [Node("a", 16), Node("b", 32)],
        };

        PlacementPlan first = PlacementPlanner.Plan(world);
        Assert.Equal(["m@a/CPU:8G KeptOutdated", "m@b/CPU:20G New"], Lines(first));

        // Not yet answering: the old one stays, and nothing more is started.
        PlacementSnapshot started = After(world, first);
        PlacementModel model = started.Models[0];
        started = started with
        {
            Models =
            [
                model with
                {
                    Existing = [model.Existing[0], model.Existing[1] with { IsHealthy = false }],
                },
            ],
        };
        Assert.False(PlacementPlanner.Plan(started).HasChanges);

        PlacementPlan second = PlacementPlanner.Plan(After(world, first));
        Assert.Equal([new PlacementRemoval("m", "a", RemovalReason.Replaced)], second.Removals);
        Assert.Equal(["m@b/CPU:20G Kept"], Lines(second));
    }

    [Fact]
    public void Plan_DeviceNoLongerAllowed_MovesToAnAllowedOne()
    {
        PlacementSnapshot world = new() { Nodes = [Node("a", 16, 24)], Models = [Model("m", 1, 8)] };
        PlacementSnapshot onGpu = After(world, PlacementPlanner.Plan(world));

        PlacementPlan plan = PlacementPlanner.Plan(
            onGpu with
            {
                Models = [onGpu.Models[0] with { Devices = DevicePreference.CpuOnly }],
            }
        );

        Assert.Equal(["m@a/CPU:8G Updated"], Lines(plan));
    }
}
