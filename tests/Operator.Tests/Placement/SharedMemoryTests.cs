using LlmOperator.Operator.Placement;
using static LlmOperator.Operator.Tests.Placement.Fleet;

namespace LlmOperator.Operator.Tests.Placement;

/// <summary>On-demand models that take turns: together they hold as much as the largest of them.</summary>
public sealed class SharedMemoryTests
{
    private static PlacementModel Turn(string key, long size) => Model(key, 1, size) with { IsShared = true };

    private static PlacementPlan Plan(PlacementNode node, params PlacementModel[] models) =>
        PlacementPlanner.Plan(new PlacementSnapshot { Nodes = [node], Models = models });

    [Fact]
    public void Plan_SixModelsThatTakeTurns_AllFitOnOneDevice() =>
        Assert.Equal(
            6,
            Plan(
                Node("a", 0, 24),
                [.. Enumerable.Range(0, 6).Select(i => Turn($"m{i}", 12 + (2 * i)))]
            ).Assignments.Count
        );

    [Fact]
    public void Plan_ModelThatIsAlwaysLoaded_LeavesRoomForTheLargestOfThePool()
    {
        PlacementNode node = Node("a", 0, 24);

        Assert.Equal(3, Plan(node, Turn("x", 16), Turn("y", 10), Model("z", 1, 8)).Assignments.Count);

        PlacementPlan refused = Plan(node, Turn("x", 16), Turn("y", 10), Model("z", 1, 9) with { Age = 1 });
        Assert.Equal(2, refused.Assignments.Count);
        Assert.Equal(Gi, Assert.Single(refused.Refusals).MissingBytes);
    }

    [Fact]
    public void Plan_TurnThatIsTooLarge_IsRefused()
    {
        PlacementPlan plan = Plan(Node("a", 0, 24), Turn("x", 16), Turn("y", 30));

        Assert.Equal(6 * Gi, Assert.Single(plan.Refusals).MissingBytes);
    }

    [Fact]
    public void Plan_WhatOneReplicaNeedsInTwoPlaces_DoesNotTakeTurnsWithItself()
    {
        PlacementNode node = Node("a", 0) with
        {
            Devices =
            [
                new PlacementDevice("CPU", DeviceKind.Cpu, 10 * Gi),
                new PlacementDevice("Vulkan0", DeviceKind.IntegratedGpu, 10 * Gi),
            ],
        };
        PlacementModel model = Turn("x", 6) with
        {
            Candidates = [Candidate(6) with { BesideGpu = new MemoryTerms(5 * Gi, 0, 0, 0), OnCpu = null }],
        };

        Assert.Empty(Plan(node, model).Assignments);
    }
}
