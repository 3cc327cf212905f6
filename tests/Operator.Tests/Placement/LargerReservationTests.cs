using LlmOperator.Operator.Placement;
using static LlmOperator.Operator.Tests.Placement.Fleet;

namespace LlmOperator.Operator.Tests.Placement;

/// <summary>An engine that projects more for a way of loading than was planned.</summary>
public sealed class LargerReservationTests
{
    private static PlacementSnapshot Refused(
        PlacementNode[] nodes,
        PlacementModel model,
        params (string Device, long Gi)[] projected
    )
    {
        PlacementSnapshot world = new() { Nodes = nodes, Models = [model] };
        return Refused(After(world, PlacementPlanner.Plan(world)), projected);
    }

    private static PlacementSnapshot Refused(
        PlacementSnapshot world,
        params (string Device, long Gi)[] projected
    )
    {
        PlacementReplica replica = world.Models[0].Existing[0];
        return world with
        {
            Models =
            [
                world.Models[0] with
                {
                    Existing =
                    [
                        replica with
                        {
                            RanOut = true,
                            IsHealthy = false,
                            Exhausted = [Rung.KeyOf(replica.CandidateId, replica.Layout!.Kind)],
                            Projected = projected.ToDictionary(p => p.Device, p => p.Gi * Gi),
                        },
                    ],
                },
                .. world.Models.Skip(1),
            ],
        };
    }

    private static IEnumerable<string> Claims(PlacementPlan plan) =>
        plan.Assignments.SelectMany(a =>
            a.Claims.Select(c => $"{a.CandidateId} {c.Device}:{c.Terms.Total / Gi}G")
        );

    [Fact]
    public void Plan_ProjectionFits_KeepsTheWayWithWhatTheEngineNeeds()
    {
        PlacementSnapshot world = Refused([Node("a", 16)], Model("m", 1, 8, 6), ("CPU", 11));

        PlacementPlan plan = PlacementPlanner.Plan(world);

        Assert.Equal(["8G CPU:11G"], Claims(plan));
        PlacementAssignment assignment = Assert.Single(plan.Assignments);
        Assert.Equal(AssignmentChange.Updated, assignment.Change);
        Assert.True(assignment.IsEnlarged);
        Assert.Empty(assignment.Exhausted);

        // What it holds then is what is wanted: the plan is not made smaller again.
        Assert.Equal(["m@a/CPU:8G Kept"], Lines(PlacementPlanner.Plan(After(world, plan))));
    }

    [Fact]
    public void Plan_EngineProjectsStillMore_EnlargesAgainUntilItFitsNoMore()
    {
        PlacementSnapshot world = Refused([Node("a", 16)], Model("m", 1, 8, 6), ("CPU", 11));
        world = Refused(After(world, PlacementPlanner.Plan(world)), ("CPU", 14));

        PlacementPlan second = PlacementPlanner.Plan(world);
        Assert.Equal(["8G CPU:14G"], Claims(second));

        PlacementPlan third = PlacementPlanner.Plan(Refused(After(world, second), ("CPU", 17)));
        Assert.Equal(["6G CPU:6G"], Claims(third));
        Assert.Equal(["8G@Cpu"], Assert.Single(third.Assignments).Exhausted);
    }

    [Fact]
    public void Plan_ProjectionDoesNotFit_GoesDownTheLadder()
    {
        PlacementPlan plan = PlacementPlanner.Plan(
            Refused([Node("a", 10)], Model("m", 1, 8, 6), ("CPU", 11))
        );

        Assert.Equal(["6G CPU:6G"], Claims(plan));
        Assert.False(Assert.Single(plan.Assignments).IsEnlarged);
    }

    [Fact]
    public void Plan_RoomIsHeldByOthers_IsNeverGivenTwice()
    {
        PlacementSnapshot world = new()
        {
            Nodes = [Node("a", 16)],
            Models = [Model("m", 1, 8, 6), Model("other", 1, 6)],
        };
        PlacementSnapshot running = After(world, PlacementPlanner.Plan(world));

        PlacementPlan plan = PlacementPlanner.Plan(Refused(running, ("CPU", 11)));

        Assert.Equal(["6G CPU:6G", "6G CPU:6G"], Claims(plan));
    }

    [Fact]
    public void Plan_OverheadOfEngineAndDriver_IsAddedToTheProjection()
    {
        PlacementModel model = Model("m", 1, 8);
        model = model with
        {
            Devices = DevicePreference.GpuOnly,
            Candidates =
            [
                model.Candidates[0] with
                {
                    OnGpu = new MemoryTerms(6 * Gi, Gi, 0, Gi),
                    BesideGpu = new MemoryTerms(0, 0, Gi, 0),
                },
            ],
        };

        PlacementPlan plan = PlacementPlanner.Plan(
            Refused([Node("a", 16, 24)], model, ("CUDA0", 10), ("CPU", 1))
        );

        Assert.Equal(["8G CUDA0:11G", "8G CPU:1G"], Claims(plan));
    }

    [Fact]
    public void Plan_OnlyAnotherGpuHasTheRoom_MovesThere()
    {
        PlacementModel model = Model("m", 1, 8) with { Devices = DevicePreference.GpuOnly };

        PlacementPlan plan = PlacementPlanner.Plan(Refused([Node("a", 16, 9, 24)], model, ("CUDA0", 12)));

        Assert.Equal(["8G CUDA1:12G"], Claims(plan));
    }

    [Fact]
    public void Plan_LayersOnSeveralGpus_GivesEachWhatOneLacked()
    {
        PlacementModel model = Model("m", 1, 30) with { Devices = DevicePreference.GpuOnly };
        model = model with { Candidates = [model.Candidates[0] with { Split = new EvenSplit(10, 3 * Gi) }] };

        PlacementPlan plan = PlacementPlanner.Plan(
            Refused([Node("a", 16, 20, 20)], model, ("CUDA0", 15), ("CUDA1", 17))
        );

        Assert.Equal(["30G CUDA0:17G", "30G CUDA1:17G"], Claims(plan));
    }

    [Fact]
    public void Plan_BytesOnADeviceThatTheWayDoesNotUse_AreNotCoveredByMore()
    {
        PlacementSnapshot world = Refused([Node("a", 16)], Model("m", 1, 8, 6), ("CPU", 11), ("Vulkan7", 1));

        Assert.Equal(["6G CPU:6G"], Claims(PlacementPlanner.Plan(world)));
    }

    private sealed class EvenSplit(int layers, long bytesPerLayer) : ISplitMemory
    {
        public int Layers => layers;

        public SplitTerms? Of(IReadOnlyList<int> layersPerGpu) =>
            new(MemoryTerms.None, [.. layersPerGpu.Select(l => new MemoryTerms(l * bytesPerLayer, 0, 0, 0))]);
    }
}
