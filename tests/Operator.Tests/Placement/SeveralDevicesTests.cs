using LlmOperator.Operator.Placement;
using static LlmOperator.Operator.Tests.Placement.Fleet;

namespace LlmOperator.Operator.Tests.Placement;

/// <summary>Models that are divided over several GPUs of a node, or over GPUs and the CPU.</summary>
public sealed class SeveralDevicesTests
{
    private static PlacementPlan Plan(PlacementNode node, PlacementModel model) =>
        PlacementPlanner.Plan(new PlacementSnapshot { Nodes = [node], Models = [model] });

    private static PlacementModel Divisible(long size, int layers = 40) =>
        Model("m", 1) with
        {
            Candidates = [Candidate(size) with { Split = new LinearSplit(layers, size * Gi / layers) }],
        };

    [Fact]
    public void Plan_LargerThanEveryGpu_IsDividedByTheRoomOfEach()
    {
        PlacementAssignment placed = Assert.Single(Plan(Node("a", 64, 24, 12), Divisible(30)).Assignments);

        Assert.Equal(DeviceLayout.SeveralGpus, placed.Layout!.Kind);
        Assert.Equal(["CUDA0", "CUDA1"], placed.Layout.Gpus);
        Assert.Equal(40, placed.Layout.LayersPerGpu.Sum());
        Assert.Equal([27, 13], placed.Layout.LayersPerGpu);
        Assert.All(placed.Claims.Take(2), c => Assert.True(c.Terms.Total <= 24 * Gi));
        Assert.True(placed.Claims[1].Terms.Total <= 12 * Gi);
    }

    [Fact]
    public void Plan_FitsOnOneGpu_IsNotDivided() =>
        Assert.Equal(
            DeviceLayout.Gpu,
            Assert.Single(Plan(Node("a", 64, 24, 24), Divisible(20)).Assignments).Layout!.Kind
        );

    [Fact]
    public void Plan_TwoOfFourGpusAreEnough_TheOthersStayWhole()
    {
        PlacementAssignment placed = Assert.Single(
            Plan(Node("a", 64, 24, 24, 24, 24), Divisible(40)).Assignments
        );

        Assert.Equal(2, placed.Layout!.Gpus.Count);
    }

    [Fact]
    public void Plan_OverheadOnEachGpu_IsPaidOnEach()
    {
        PlacementModel model = Model("m", 1) with
        {
            Devices = DevicePreference.GpuOnly,
            Candidates = [Candidate(40) with { Split = new LinearSplit(40, Gi, 3 * Gi) }],
        };

        Assert.Single(Plan(Node("a", 64, 23, 23), model).Assignments);

        PlacementPlan refused = Plan(Node("a", 64, 22, 23), model);
        Assert.Empty(refused.Assignments);
        Assert.Equal(Gi, Assert.Single(refused.Refusals).MissingBytes);
    }

    [Fact]
    public void Plan_AllGpusTooSmall_PutsAsManyLayersOnThemAsFit()
    {
        PlacementAssignment placed = Assert.Single(Plan(Node("a", 64, 10), Divisible(40)).Assignments);

        Assert.Equal(DeviceLayout.Partial, placed.Layout!.Kind);
        Assert.Equal([10], placed.Layout.LayersPerGpu);
        Assert.Equal([10 * Gi, 30 * Gi], placed.Claims.Select(c => c.Terms.Total));
    }

    private static PlacementModel Experts(long size, long expertsPerLayer, int layers = 40)
    {
        PlacementModel model = Divisible(size, layers);
        LinearSplit split = new(layers, size * Gi / layers)
        {
            ExpertLayers = layers,
            ExpertBytes = expertsPerLayer * Gi,
        };
        return model with { Candidates = [model.Candidates[0] with { Split = split }] };
    }

    [Fact]
    public void Plan_ExpertsDoNotFit_AsFewAsNeededAreOnTheCpuBeforeAnyLayerIs()
    {
        PlacementNode node = Node("a", 64, 50);
        PlacementModel model = Experts(80, 1);
        PlacementPlan plan = Plan(node, model);
        PlacementAssignment placed = Assert.Single(plan.Assignments);

        Assert.Equal(DeviceLayout.ExpertsOnCpu, placed.Layout!.Kind);
        Assert.Equal(30, placed.Layout.CpuExpertLayers);
        Assert.Equal([50 * Gi, 30 * Gi], placed.Claims.Select(c => c.Terms.Total));

        // What runs so is what is wanted: nothing changes.
        PlacementSnapshot world = new() { Nodes = [node], Models = [model] };
        PlacementPlan again = PlacementPlanner.Plan(After(world, plan));
        Assert.Equal(AssignmentChange.Kept, Assert.Single(again.Assignments).Change);
    }

    [Fact]
    public void Plan_AllExpertsOnTheCpuAreNotEnough_LayersFollow()
    {
        PlacementAssignment placed = Assert.Single(Plan(Node("a", 99, 30), Experts(80, 1)).Assignments);

        Assert.Equal(DeviceLayout.Partial, placed.Layout!.Kind);
        Assert.Equal([15], placed.Layout.LayersPerGpu);
    }

    [Fact]
    public void Plan_RamTooSmallForTheExperts_IsRefused() =>
        Assert.Empty(Plan(Node("a", 20, 50), Experts(80, 1)).Assignments);

    [Fact]
    public void Plan_GpuOnlyWithExperts_LeavesNoneOnTheCpu() =>
        Assert.Empty(
            Plan(Node("a", 64, 50), Experts(80, 1) with { Devices = DevicePreference.GpuOnly }).Assignments
        );

    [Fact]
    public void Plan_GpuOnly_IsNeverPartlyOnTheCpu()
    {
        PlacementPlan plan = Plan(
            Node("a", 64, 10),
            Divisible(40) with
            {
                Devices = DevicePreference.GpuOnly,
            }
        );

        Assert.Empty(plan.Assignments);
        Assert.Equal(30 * Gi, Assert.Single(plan.Refusals).MissingBytes);
    }

    [Fact]
    public void Plan_RamTooSmallForTheRest_IsRefused() =>
        Assert.Empty(Plan(Node("a", 20, 10), Divisible(40)).Assignments);

    [Fact]
    public void Plan_AFewLayersOnly_AreNotWorthTheGpu()
    {
        PlacementAssignment placed = Assert.Single(Plan(Node("a", 64, 3), Divisible(40)).Assignments);

        Assert.Equal(DeviceLayout.Cpu, placed.Layout!.Kind);
    }

    [Fact]
    public void Plan_SmallerVariantOnOneGpu_ComesBeforeTheLargerOneOnTwo()
    {
        PlacementModel model = Model("m", 1) with
        {
            Candidates =
            [
                Candidate(30) with
                {
                    Split = new LinearSplit(30, Gi),
                },
                Candidate(16) with
                {
                    VariantRank = 1,
                    Split = new LinearSplit(32, Gi / 2),
                },
            ],
        };

        Assert.Equal("16G", Assert.Single(Plan(Node("a", 64, 24, 24), model).Assignments).CandidateId);
    }

    [Fact]
    public void Plan_ShorterContext_ComesAfterTwoGpus()
    {
        PlacementModel model = Model("m", 1) with
        {
            Candidates =
            [
                Candidate(30) with
                {
                    Split = new LinearSplit(30, Gi),
                },
                Candidate(20) with
                {
                    ContextRank = 1,
                    Split = new LinearSplit(20, Gi),
                },
            ],
        };

        Assert.Equal("30G", Assert.Single(Plan(Node("a", 64, 24, 24), model).Assignments).CandidateId);
    }

    [Fact]
    public void Plan_DividedOverIntegratedGpus_CountsOnTheRamOnce()
    {
        PlacementNode node = Node("a", 16) with
        {
            Devices =
            [
                new PlacementDevice("CPU", DeviceKind.Cpu, 16 * Gi),
                new PlacementDevice("Vulkan0", DeviceKind.IntegratedGpu, 12 * Gi),
                new PlacementDevice("Vulkan1", DeviceKind.IntegratedGpu, 12 * Gi),
            ],
        };

        Assert.Single(Plan(node, Divisible(14) with { Devices = DevicePreference.GpuOnly }).Assignments);
        Assert.Empty(Plan(node, Divisible(20) with { Devices = DevicePreference.GpuOnly }).Assignments);
    }
}
