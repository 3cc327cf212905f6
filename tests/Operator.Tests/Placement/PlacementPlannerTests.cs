using LlmOperator.Operator.Placement;
using static LlmOperator.Operator.Tests.Placement.Fleet;

namespace LlmOperator.Operator.Tests.Placement;

public sealed class PlacementPlannerTests
{
    private static PlacementSnapshot World(PlacementNode[] nodes, params PlacementModel[] models) =>
        new() { Nodes = nodes, Models = models };

    private static PlacementPlan Plan(PlacementNode[] nodes, params PlacementModel[] models) =>
        PlacementPlanner.Plan(World(nodes, models));

    [Fact]
    public void Plan_GpuAndCpu_PrefersTheGpu() =>
        Assert.Equal(["m@a/CUDA0:8G New"], Lines(Plan([Node("a", 64, 24)], Model("m", 1, 8))));

    [Fact]
    public void Plan_SeveralGpus_TakesTheTightestSoThatLargeGapsStayWhole() =>
        Assert.Equal(
            ["m@b/CUDA0:8G New"],
            Lines(Plan([Node("a", 64, 16), Node("b", 64, 12, 24)], Model("m", 1, 8)))
        );

    [Fact]
    public void Plan_CpuOnly_StaysOffTheGpu() =>
        Assert.Equal(
            ["m@a/CPU:8G New"],
            Lines(Plan([Node("a", 64, 24)], Model("m", 1, 8) with { Devices = DevicePreference.CpuOnly }))
        );

    [Fact]
    public void Plan_GpuTooSmall_FallsBackToTheCpuUnlessGpuOnly()
    {
        PlacementNode[] nodes = [Node("a", 64, 4)];
        PlacementModel model = Model("m", 1, 8);

        Assert.Equal(["m@a/CPU:8G New"], Lines(Plan(nodes, model)));

        PlacementPlan refused = Plan(nodes, model with { Devices = DevicePreference.GpuOnly });
        Assert.Empty(refused.Assignments);
        PlacementRefusal refusal = Assert.Single(refused.Refusals);
        Assert.Equal((RefusalReason.InsufficientMemory, 4 * Gi), (refusal.Reason, refusal.MissingBytes));
        Assert.Equal(
            "a: 8G needs 8.0Gi on CUDA0 (8.0Gi weights, 0 KV cache, 0 compute, 0 overhead); 4.0Gi is free, 4.0Gi is missing",
            refusal.Message
        );
    }

    [Fact]
    public void Plan_FirstVariantTooLarge_TakesTheFirstThatFits() =>
        Assert.Equal(["m@a/CUDA0:7G New"], Lines(Plan([Node("a", 4, 8)], Model("m", 1, 14, 7, 4))));

    [Fact]
    public void Plan_TwoReplicas_LoadAlikeOnTwoNodes() =>
        Assert.Equal(
            ["m@a/CUDA0:7G New", "m@b/CUDA0:7G New"],
            Lines(Plan([Node("a", 4, 24), Node("b", 4, 8)], Model("m", 2, 14, 7)))
        );

    [Fact]
    public void Plan_MoreReplicasThanNodes_PlacesWhatFitsAndRefusesNone()
    {
        PlacementPlan plan = Plan([Node("a", 64)], Model("m", 2, 8));

        Assert.Single(plan.Assignments);
        Assert.Empty(plan.Refusals);
    }

    [Fact]
    public void Plan_HigherPriority_IsPlacedFirst() =>
        Assert.Equal(
            ["high@a/CPU:8G New"],
            Lines(
                Plan(
                    [Node("a", 10)],
                    Model("low", 1, 8) with
                    {
                        Age = 0,
                    },
                    Model("high", 1, 8) with
                    {
                        Age = 1,
                        Priority = 5,
                    }
                )
            )
        );

    [Fact]
    public void Plan_EqualPriority_TheOlderModelIsPlacedFirst() =>
        Assert.Equal(
            ["z-old@a/CPU:8G New"],
            Lines(
                Plan(
                    [Node("a", 10)],
                    Model("a-young", 1, 8) with
                    {
                        Age = 2,
                    },
                    Model("z-old", 1, 8) with
                    {
                        Age = 1,
                    }
                )
            )
        );

    [Fact]
    public void Plan_HigherPriorityLater_DoesNotDisplaceWhatHasJustBegun()
    {
        PlacementSnapshot first = World([Node("a", 10)], Model("low", 1, 8));
        PlacementSnapshot next = After(first, PlacementPlanner.Plan(first)) is var after
            ? after with
            {
                Models = [.. after.Models, Model("high", 1, 8) with { Priority = 9 }],
            }
            : first;

        PlacementPlan plan = PlacementPlanner.Plan(next);

        Assert.Equal(["low@a/CPU:8G Kept"], Lines(plan));
        Assert.Equal("high", Assert.Single(plan.Refusals).Model);
    }

    [Theory]
    [InlineData(nameof(RefusalReason.NodeNotReady))]
    [InlineData(nameof(RefusalReason.NodeCordoned))]
    [InlineData(nameof(RefusalReason.NoEngine))]
    [InlineData(nameof(RefusalReason.NoSuitableDevice))]
    public void Plan_UnsuitableNode_IsRefusedWithItsReason(string reason)
    {
        PlacementNode node = Node("a", 64);
        node = reason switch
        {
            nameof(RefusalReason.NodeNotReady) => node with { State = NodeState.NotReady },
            nameof(RefusalReason.NodeCordoned) => node with { IsCordoned = true },
            nameof(RefusalReason.NoEngine) => node with { Engines = ["Ollama"] },
            _ => node with { Devices = [] },
        };

        PlacementPlan plan = Plan([node], Model("m", 1, 8));

        Assert.Empty(plan.Assignments);
        PlacementRefusal refusal = Assert.Single(plan.Refusals);
        Assert.Equal((reason, 0L), (refusal.Reason.ToString(), refusal.MissingBytes));
    }

    [Fact]
    public void Plan_Selector_TakesOnlyNodesWithTheLabels()
    {
        Dictionary<string, string> pool = new() { ["pool"] = "gpu" };
        PlacementPlan plan = Plan(
            [Node("a", 64), Node("b", 32) with { Labels = pool }],
            Model("m", 2, 8) with
            {
                NodeSelector = pool,
            }
        );

        Assert.Equal(["m@b/CPU:8G New"], Lines(plan));
        Assert.Equal(RefusalReason.SelectorMismatch, Assert.Single(plan.Refusals).Reason);
    }

    [Fact]
    public void Plan_ScaledDown_RemovesTheReplicaThatDoesNotAnswer()
    {
        PlacementNode[] nodes = [Node("a", 64), Node("b", 64)];
        PlacementSnapshot world = World(nodes, Model("m", 2, 8));
        PlacementSnapshot after = After(world, PlacementPlanner.Plan(world));
        PlacementModel model = after.Models[0];
        model = model with
        {
            Replicas = 1,
            Existing = [model.Existing[0] with { IsHealthy = false }, model.Existing[1]],
        };

        PlacementPlan plan = Plan(nodes, model);

        Assert.Equal([new PlacementRemoval("m", "a", RemovalReason.ScaledDown)], plan.Removals);
        Assert.Equal(["m@b/CPU:8G Kept"], Lines(plan));
    }

    [Fact]
    public void Plan_ReplicaOnItsWayOut_HoldsItsBytesUntilItIsGone()
    {
        PlacementReplica leaving = new()
        {
            Node = "a",
            CandidateId = "8G",
            Claims = [new DeviceClaim("CPU", new MemoryTerms(8 * Gi, 0, 0, 0))],
            IsDeleting = true,
        };

        PlacementPlan plan = Plan(
            [Node("a", 10)],
            Model("old", 0, 8) with
            {
                Existing = [leaving],
            },
            Model("new", 1, 8)
        );

        Assert.Empty(plan.Assignments);
        Assert.Equal(6 * Gi, Assert.Single(plan.Refusals).MissingBytes);
    }

    [Fact]
    public void Plan_NodeLost_PlacesItsReplicasElsewhere()
    {
        PlacementNode[] nodes = [Node("a", 16), Node("b", 32)];
        PlacementSnapshot world = World(nodes, Model("m", 1, 8));
        PlacementSnapshot after = After(world, PlacementPlanner.Plan(world));

        PlacementPlan plan = PlacementPlanner.Plan(
            after with
            {
                Nodes = [nodes[0] with { State = NodeState.Lost }, nodes[1]],
            }
        );

        Assert.Equal([new PlacementRemoval("m", "a", RemovalReason.NodeLost)], plan.Removals);
        Assert.Equal(["m@b/CPU:8G New"], Lines(plan));
    }

    [Fact]
    public void Plan_MoreThanHalfOfTheNodesLost_IsAPartitionAndMovesNothing()
    {
        PlacementNode[] nodes = [Node("a", 64), Node("b", 64), Node("c", 64)];
        PlacementSnapshot world = World(nodes, Model("m", 2, 8));
        PlacementSnapshot after = After(world, PlacementPlanner.Plan(world));

        PlacementPlan plan = PlacementPlanner.Plan(
            after with
            {
                Nodes = [.. nodes.Select(n => n.Name == "c" ? n : n with { State = NodeState.Lost })],
            }
        );

        Assert.True(plan.IsPartition);
        Assert.False(plan.HasChanges);
    }

    [Fact]
    public void Plan_BudgetShrunk_RemovesTheLowestPriority()
    {
        PlacementNode node = Node("a", 20);
        PlacementSnapshot world = World(
            [node],
            Model("low", 1, 8),
            Model("high", 1, 8) with
            {
                Priority = 1,
            }
        );
        PlacementSnapshot after = After(world, PlacementPlanner.Plan(world));

        PlacementPlan plan = PlacementPlanner.Plan(after with { Nodes = [Node("a", 10)] });

        Assert.Equal([new PlacementRemoval("low", "a", RemovalReason.BudgetExceeded)], plan.Removals);
        Assert.Equal(["high@a/CPU:8G Kept"], Lines(plan));
    }

    [Fact]
    public void Plan_UnknownModel_LeavesWhatRuns()
    {
        PlacementSnapshot world = World([Node("a", 64)], Model("m", 1, 8));
        PlacementSnapshot after = After(world, PlacementPlanner.Plan(world));

        PlacementPlan plan = PlacementPlanner.Plan(
            after with
            {
                Models = [after.Models[0] with { IsUnknown = true, Candidates = [], Replicas = 3 }],
            }
        );

        Assert.Equal(["m@a/CPU:8G Kept"], Lines(plan));
        Assert.Empty(plan.Refusals);
    }

    [Fact]
    public void Plan_GpuReplica_ClaimsItsRamToo()
    {
        PlacementCandidate candidate = Candidate(8) with { BesideGpu = new MemoryTerms(Gi, 0, 0, 0) };
        PlacementModel model = Model("m", 1) with { Candidates = [candidate] };

        PlacementAssignment placed = Assert.Single(Plan([Node("a", 2, 24)], model).Assignments);
        Assert.Equal(["CUDA0", "CPU"], placed.Claims.Select(c => c.Device));

        PlacementPlan refused = Plan([Node("a", 0, 24)], model);
        Assert.Equal(Gi, Assert.Single(refused.Refusals).MissingBytes);
    }

    [Fact]
    public void Plan_IntegratedGpu_CountsOnTheRam()
    {
        PlacementNode node = Node("a", 10) with
        {
            Devices =
            [
                new PlacementDevice("CPU", DeviceKind.Cpu, 10 * Gi),
                new PlacementDevice("Vulkan0", DeviceKind.IntegratedGpu, 10 * Gi),
            ],
        };

        PlacementPlan plan = Plan([node], Model("one", 1, 6), Model("two", 1, 6) with { Age = 1 });

        Assert.Equal(["one@a/Vulkan0:6G New"], Lines(plan));
        Assert.Equal(2 * Gi, Assert.Single(plan.Refusals).MissingBytes);
    }
}
