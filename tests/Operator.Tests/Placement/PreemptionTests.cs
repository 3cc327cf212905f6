using LlmOperator.Operator.Placement;
using static LlmOperator.Operator.Tests.Placement.Fleet;

namespace LlmOperator.Operator.Tests.Placement;

/// <summary>Models of higher priority that find no room.</summary>
public sealed class PreemptionTests
{
    private static readonly TimeSpan s_long = TimeSpan.FromHours(1);

    private static PlacementModel High(long size) => Model("high", 1, size) with { Priority = 9, Age = 9 };

    private static PlacementSnapshot Running(PlacementNode[] nodes, params PlacementModel[] models)
    {
        PlacementSnapshot world = new() { Nodes = nodes, Models = models };
        return After(world, PlacementPlanner.Plan(world), residence: s_long);
    }

    private static PlacementSnapshot With(PlacementSnapshot world, PlacementModel model) =>
        world with
        {
            Models = [.. world.Models, model],
        };

    [Fact]
    public void Plan_HigherPriority_TakesTheRoomOfALowerOneWhenItHasLeft()
    {
        PlacementSnapshot world = With(Running([Node("a", 10)], Model("low", 1, 8)), High(8));

        PlacementPlan plan = PlacementPlanner.Plan(world);

        Assert.Equal([new PlacementRemoval("low", "a", RemovalReason.Preempted)], plan.Removals);
        Assert.Empty(plan.Assignments);
        Assert.Equal(
            RefusalReason.WaitingForRoom,
            Assert.Single(plan.Refusals, r => r.Model == "high").Reason
        );

        // While the old one leaves, nothing more happens and nobody else takes the room.
        PlacementSnapshot leaving = Leaving(world, "low");
        PlacementPlan waiting = PlacementPlanner.Plan(leaving);
        Assert.False(waiting.HasChanges);

        PlacementPlan gone = PlacementPlanner.Plan(Gone(leaving, "low"));
        Assert.Equal(["high@a/CPU:8G New"], Lines(gone));
    }

    [Fact]
    public void Plan_RoomIsBeingMade_LowerPrioritiesDoNotTakeIt()
    {
        PlacementSnapshot world = With(Running([Node("a", 10)], Model("low", 1, 8)), High(9));
        PlacementSnapshot leaving = With(Leaving(world, "low"), Model("small", 1, 2) with { Age = 20 });

        PlacementPlan plan = PlacementPlanner.Plan(leaving);

        Assert.DoesNotContain(plan.Assignments, a => a.Model == "small");
    }

    [Fact]
    public void Plan_EqualPriority_IsNeverDisplaced()
    {
        PlacementSnapshot world = With(
            Running([Node("a", 10)], Model("present", 1, 8) with { Priority = 9 }),
            High(8)
        );

        Assert.False(PlacementPlanner.Plan(world).HasChanges);
    }

    [Fact]
    public void Plan_PreemptionNever_Waits()
    {
        PlacementSnapshot world = With(
            Running([Node("a", 10)], Model("low", 1, 8)),
            High(8) with
            {
                CanPreempt = false,
            }
        );

        Assert.False(PlacementPlanner.Plan(world).HasChanges);
    }

    [Fact]
    public void Plan_YoungReplica_StaysForItsLeastResidenceAndThePlanSaysWhenToLookAgain()
    {
        PlacementSnapshot first = new() { Nodes = [Node("a", 10)], Models = [Model("low", 1, 8)] };
        PlacementSnapshot world = With(
            After(first, PlacementPlanner.Plan(first), residence: TimeSpan.FromMinutes(4)),
            High(8)
        );

        PlacementPlan plan = PlacementPlanner.Plan(world);

        Assert.False(plan.HasChanges);
        Assert.Equal(TimeSpan.FromMinutes(6), plan.RetryAfter);
    }

    [Fact]
    public void Plan_SeveralVictims_TheFewestAndLeastImportantGo()
    {
        PlacementSnapshot world = With(
            Running(
                [Node("a", 20)],
                Model("one", 1, 6) with
                {
                    Priority = 1,
                },
                Model("two", 1, 6) with
                {
                    Priority = 2,
                },
                Model("three", 1, 6) with
                {
                    Priority = 3,
                }
            ),
            High(8)
        );

        PlacementPlan plan = PlacementPlanner.Plan(world);

        Assert.Equal([new PlacementRemoval("one", "a", RemovalReason.Preempted)], plan.Removals);
    }

    [Fact]
    public void Plan_OneLargeVictimIsEnough_SmallOnesThatDoNotHelpStay()
    {
        PlacementSnapshot world = With(
            Running(
                [Node("a", 20)],
                Model("small", 1, 2) with
                {
                    Priority = 1,
                },
                Model("large", 1, 16) with
                {
                    Priority = 2,
                }
            ),
            High(16)
        );

        PlacementPlan plan = PlacementPlanner.Plan(world);

        Assert.Equal([new PlacementRemoval("large", "a", RemovalReason.Preempted)], plan.Removals);
    }

    [Fact]
    public void Plan_VictimFindsRoomElsewhere_IsPlacedThereAtOnce()
    {
        PlacementSnapshot running = Running([Node("a", 20)], Model("low", 1, 8));
        PlacementSnapshot world = With(running, High(18)) with { Nodes = [Node("a", 20), Node("b", 8)] };

        Assert.Equal(["low@b/CPU:8G New"], Lines(PlacementPlanner.Plan(world)));
    }

    [Fact]
    public void Plan_SmallerVariantFits_NobodyHasToGo()
    {
        PlacementSnapshot world = With(
            Running([Node("a", 12)], Model("low", 1, 8)),
            Model("high", 1, 8, 4) with
            {
                Priority = 9,
            }
        );

        Assert.Equal(["high@a/CPU:4G New", "low@a/CPU:8G Kept"], Lines(PlacementPlanner.Plan(world)));
    }

    private static PlacementSnapshot Leaving(PlacementSnapshot world, string model) =>
        Changed(
            world,
            model,
            m => m with { Existing = [.. m.Existing.Select(r => r with { IsDeleting = true })] }
        );

    private static PlacementSnapshot Gone(PlacementSnapshot world, string model) =>
        Changed(world, model, m => m with { Existing = [] });

    private static PlacementSnapshot Changed(
        PlacementSnapshot world,
        string model,
        Func<PlacementModel, PlacementModel> change
    ) => world with { Models = [.. world.Models.Select(m => m.Key == model ? change(m) : m)] };
}
