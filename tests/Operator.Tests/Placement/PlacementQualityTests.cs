using LlmOperator.Operator.Placement;
using LlmOperator.PlacementBench;

namespace LlmOperator.Operator.Tests.Placement;

/// <summary>How near plans come to the best there is: the benchmark's instances, fewer of them.</summary>
public sealed class PlacementQualityTests
{
    [Fact]
    public void Plan_RandomInstances_ComeNearTheOptimum()
    {
        Quality quality = Quality.Measure(instances: 100, seed: 1000);

        IReadOnlyList<double> planner = quality.Of("planner");
        Assert.True(planner.Average() >= 0.97, $"mean {planner.Average():0.000}");
        Assert.True(
            planner[planner.Count / 20] >= 0.90,
            $"5th percentile {planner[planner.Count / 20]:0.000}"
        );
        Assert.All(planner, f => Assert.True(f <= 1 + 1e-9, "a plan is worth more than the optimum"));
        Assert.True(planner.Average() > quality.Of("first fit").Average());
    }

    [Fact]
    public void ExactSolver_TinyInstance_FindsWhatGreedyMisses()
    {
        const long Gi = 1L << 30;
        SmallInstance instance = new(
            [10 * Gi],
            [new SmallModel(1, [10 * Gi, 6 * Gi, 5 * Gi]), new SmallModel(1, [10 * Gi, 6 * Gi, 5 * Gi])]
        );

        // Both at 3 bits are worth more than one at 8.
        Assert.Equal(1.8, ExactSolver.Solve(instance), 9);
        Assert.Equal(1.8, PlacementPlanner.Plan(instance.ToSnapshot()).Value, 9);
        Assert.Equal(1, Baselines.FirstFit(instance), 9);
    }

    [Fact]
    public void Plan_LargeFleet_StaysWithinItsBoundAndComesToRest()
    {
        PlacementSnapshot fleet = LargeFleet.Random(nodes: 60, replicas: 300, new Random(1));

        PlacementPlan plan = PlacementPlanner.Plan(fleet);
        double share = plan.Value / LargeFleet.Bound(fleet);
        Assert.InRange(share, 0.85, 1);

        Assert.False(PlacementPlanner.Plan(LargeFleet.After(fleet, plan)).HasChanges);
    }
}
