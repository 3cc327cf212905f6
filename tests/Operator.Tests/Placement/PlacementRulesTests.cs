using LlmOperator.Operator.Placement;
using static LlmOperator.Operator.Tests.Placement.Fleet;

namespace LlmOperator.Operator.Tests.Placement;

/// <summary>Taints, spreading, one on every node, stored files, pressure, disks.</summary>
public sealed class PlacementRulesTests
{
    private static PlacementPlan Plan(PlacementNode[] nodes, params PlacementModel[] models) =>
        PlacementPlanner.Plan(new PlacementSnapshot { Nodes = nodes, Models = models });

    private static PlacementNode Tainted(string name, TaintEffect effect) =>
        Node(name, 64) with
        {
            Taints = [new PlacementTaint("dedicated", "team-a", effect)],
        };

    [Fact]
    public void Plan_Taint_KeepsModelsAwayThatDoNotTolerateIt()
    {
        PlacementNode[] nodes = [Tainted("a", TaintEffect.NoSchedule)];

        PlacementRefusal refusal = Assert.Single(Plan(nodes, Model("m", 1, 8)).Refusals);
        Assert.Equal(RefusalReason.TaintNotTolerated, refusal.Reason);
        Assert.Contains("dedicated=team-a:NoSchedule", refusal.Message, StringComparison.Ordinal);

        PlacementModel tolerant = Model("m", 1, 8) with
        {
            Tolerations = [new PlacementToleration("dedicated", "team-a", null)],
        };
        Assert.Single(Plan(nodes, tolerant).Assignments);
        Assert.Empty(
            Plan(
                nodes,
                tolerant with
                {
                    Tolerations = [new PlacementToleration("dedicated", "b", null)],
                }
            ).Assignments
        );
    }

    [Fact]
    public void Plan_PreferNoSchedule_IsTheLastResort()
    {
        PlacementNode[] nodes = [Tainted("a", TaintEffect.PreferNoSchedule), Node("b", 64), Node("c", 4)];

        Assert.Equal(["m@a/CPU:8G New", "m@b/CPU:8G New"], Lines(Plan(nodes, Model("m", 2, 8))));
        Assert.Equal(["m@b/CPU:8G New"], Lines(Plan(nodes, Model("m", 1, 8))));
    }

    [Fact]
    public void Plan_NoExecuteLater_RemovesWhatRuns()
    {
        PlacementSnapshot world = new() { Nodes = [Node("a", 64)], Models = [Model("m", 1, 8)] };
        PlacementSnapshot after = After(world, PlacementPlanner.Plan(world)) with
        {
            Nodes = [Tainted("a", TaintEffect.NoExecute), Node("b", 64)],
        };

        PlacementPlan plan = PlacementPlanner.Plan(after);

        Assert.Equal([new PlacementRemoval("m", "a", RemovalReason.NotTolerated)], plan.Removals);
        Assert.Equal(["m@b/CPU:8G New"], Lines(plan));
    }

    [Fact]
    public void Plan_NoScheduleLater_LeavesWhatRuns()
    {
        PlacementSnapshot world = new() { Nodes = [Node("a", 64)], Models = [Model("m", 1, 8)] };
        PlacementSnapshot after = After(world, PlacementPlanner.Plan(world)) with
        {
            Nodes = [Tainted("a", TaintEffect.NoSchedule)],
        };

        Assert.False(PlacementPlanner.Plan(after).HasChanges);
    }

    [Fact]
    public void Plan_SpreadOverZones_TakesAnotherZoneBeforeABetterNode()
    {
        PlacementPlan plan = Plan(
            [InZone("a", "x", 10), InZone("b", "x", 10), InZone("c", "y", 40)],
            Model("m", 2, 8) with
            {
                SpreadLabel = "zone",
            }
        );

        Assert.Equal(["m@a/CPU:8G New", "m@c/CPU:8G New"], Lines(plan));
    }

    [Fact]
    public void Plan_EveryNode_PlacesOneOnEachThatSuitsAndFollowsNewNodes()
    {
        PlacementModel model = Model("m", 1, 4) with { IsEveryNode = true };
        PlacementSnapshot world = new()
        {
            Nodes = [Node("a", 8), Node("b", 8), Node("c", 8) with { IsCordoned = true }],
            Models = [model],
        };

        PlacementPlan first = PlacementPlanner.Plan(world);
        Assert.Equal(["m@a/CPU:4G New", "m@b/CPU:4G New"], Lines(first));
        Assert.Equal(2, first.Wanted["m"]);

        PlacementSnapshot grown = After(world, first) with
        {
            Nodes = [.. world.Nodes, Node("d", 8), Node("e", 2)],
        };
        PlacementPlan second = PlacementPlanner.Plan(grown);
        Assert.Equal(["m@a/CPU:4G Kept", "m@b/CPU:4G Kept", "m@d/CPU:4G New"], Lines(second));
        Assert.Equal(4, second.Wanted["m"]);
        Assert.Contains(second.Refusals, r => r is { Node: "e", MissingBytes: 2 * Gi });
    }

    [Fact]
    public void Plan_NamedNodes_AreTheOnlyOnes()
    {
        PlacementModel model = Model("m", 1, 4) with { IsEveryNode = true, Nodes = ["b", "gone"] };
        PlacementSnapshot world = new() { Nodes = [Node("a", 8), Node("b", 8)], Models = [model] };
        PlacementSnapshot after = After(world, PlacementPlanner.Plan(world));

        Assert.Equal(["m@b/CPU:4G New"], Lines(PlacementPlanner.Plan(world)));
        PlacementPlan moved = PlacementPlanner.Plan(
            after with
            {
                Models = [after.Models[0] with { Nodes = ["a"] }],
            }
        );
        Assert.Equal([new PlacementRemoval("m", "b", RemovalReason.ScaledDown)], moved.Removals);
        Assert.Equal(["m@a/CPU:4G New"], Lines(moved));
    }

    [Fact]
    public void Plan_OnlyStored_NeedsNeitherRoomNorEngine()
    {
        PlacementModel model = Model("m", 1, 0) with { IsEveryNode = true, IsStoreOnly = true };
        PlacementModel full = Model("n", 1, 8);
        PlacementSnapshot world = new()
        {
            Nodes = [Node("a", 8) with { Engines = [] }, Node("b", 8)],
            Models = [full, model],
        };

        PlacementPlan plan = PlacementPlanner.Plan(world);

        Assert.Equal(["m@a/CPU:0G New", "m@b/CPU:0G New", "n@b/CPU:8G New"], Lines(plan).Order());
    }

    [Fact]
    public void Plan_EveryNodeThatNoLongerSuits_LosesItsReplica()
    {
        PlacementModel model = Model("m", 1, 4) with { IsEveryNode = true };
        PlacementSnapshot world = new() { Nodes = [Node("a", 8), Node("b", 8)], Models = [model] };
        PlacementSnapshot after = After(world, PlacementPlanner.Plan(world));
        Dictionary<string, string> pool = new() { ["pool"] = "x" };

        PlacementPlan plan = PlacementPlanner.Plan(
            after with
            {
                Nodes = [Node("a", 8) with { Labels = pool }, Node("b", 8)],
                Models = [after.Models[0] with { NodeSelector = pool }],
            }
        );

        Assert.Equal([new PlacementRemoval("m", "b", RemovalReason.ScaledDown)], plan.Removals);
        Assert.Equal(["m@a/CPU:4G Kept"], Lines(plan));
    }

    [Fact]
    public void Plan_FileStoredSomewhere_IsNotPulledElsewhere()
    {
        PlacementModel model = Model("m", 1) with
        {
            Candidates = [Candidate(8) with { Digest = "sha256:x", FileBytes = 8 * Gi }],
        };
        PlacementNode[] nodes =
        [
            Node("a", 9),
            Node("b", 64) with
            {
                Stored = new Dictionary<string, long> { ["sha256:x"] = 8 * Gi },
            },
            Node("c", 32) with
            {
                Stored = new Dictionary<string, long> { ["sha256:x"] = 5 * Gi },
            },
        ];

        Assert.Equal(["m@b/CPU:8G New"], Lines(Plan(nodes, model)));
        // Of nodes without the whole file the one that has most of it.
        Assert.Equal(["m@c/CPU:8G New"], Lines(Plan([nodes[0], nodes[2]], model)));
    }

    [Fact]
    public void Plan_NodeUnderPressure_IsTheLastResort() =>
        Assert.Equal(
            ["m@b/CPU:8G New"],
            Lines(Plan([Node("a", 9) with { IsUnderPressure = true }, Node("b", 64)], Model("m", 1, 8)))
        );

    [Fact]
    public void Plan_DiskTooSmall_IsRefusedUnlessTheFileIsThere()
    {
        PlacementModel model = Model("m", 1) with
        {
            Candidates = [Candidate(8) with { Digest = "sha256:x", FileBytes = 8 * Gi }],
        };
        PlacementNode full = Node("a", 64) with { DiskBytes = 5 * Gi };

        PlacementRefusal refusal = Assert.Single(Plan([full], model).Refusals);
        Assert.Equal((RefusalReason.InsufficientDisk, 3 * Gi), (refusal.Reason, refusal.MissingBytes));

        Dictionary<string, long> stored = new() { ["sha256:x"] = 8 * Gi };
        Assert.Single(Plan([full with { Stored = stored }], model).Assignments);
        Assert.Single(Plan([full with { Stored = stored, DiskBytes = -1 }], model).Assignments);
        Assert.Single(Plan([full with { Coming = new HashSet<string> { "sha256:x" } }], model).Assignments);
    }

    [Fact]
    public void Plan_TwoFilesForOneDisk_TheSecondIsRefusedWithWhatItLacks()
    {
        PlacementNode node = Node("a", 64) with { DiskBytes = 10 * Gi };

        PlacementPlan plan = Plan([node], OfFile("m", 8), OfFile("n", 5));

        Assert.Equal("m", Assert.Single(plan.Assignments).Model);
        PlacementRefusal refusal = Assert.Single(plan.Refusals);
        Assert.Equal(
            ("n", RefusalReason.InsufficientDisk, 3 * Gi),
            (refusal.Model, refusal.Reason, refusal.MissingBytes)
        );

        PlacementModel OfFile(string name, long size) =>
            Model(name, 1) with
            {
                Candidates = [Candidate(8) with { Digest = "sha256:" + name, FileBytes = size * Gi }],
            };
    }

    private static PlacementNode InZone(string name, string zone, long cpu) =>
        Node(name, cpu) with
        {
            Labels = new Dictionary<string, string> { ["zone"] = zone },
        };
}
