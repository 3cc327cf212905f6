using LlmOperator.Operator.Placement;
using static LlmOperator.Operator.Tests.Placement.Fleet;

namespace LlmOperator.Operator.Tests.Placement;

/// <summary>What holds for every world: random ones, changed at random, planned again and again.</summary>
public sealed class PlacementPropertyTests
{
    private const int Worlds = 400;
    private const int Steps = 12;

    [Fact]
    public void Plan_AnyWorldAtAnyStep_KeepsTheInvariants()
    {
        for (int seed = 0; seed < Worlds; seed++)
        {
            Random random = new(seed);
            PlacementSnapshot world = RandomWorld(random);
            for (int step = 0; step < Steps; step++)
            {
                string where = $"seed {seed}, step {step}";
                PlacementPlan plan = PlacementPlanner.Plan(world);
                RequireWithinBudgets(world, plan, where);
                RequireOneReplicaANode(plan, where);
                RequireDeterministic(world, plan, random, where);
                RequireExplained(world, plan, where);
                PlacementSnapshot after = CarryOut(world, plan, random);
                RequireSettles(after, where);
                world = Change(after, random);
            }
        }
    }

    // What is kept, what is new and what is on its way out fit together, except where a budget shrank below it.
    private static void RequireWithinBudgets(PlacementSnapshot world, PlacementPlan plan, string where)
    {
        foreach (PlacementNode node in world.Nodes)
        {
            foreach (PlacementDevice device in node.Devices)
            {
                List<(long Bytes, bool IsShared)> held =
                [
                    .. plan
                        .Assignments.Where(a => a.Node == node.Name)
                        .Select(a => (On(a.Claims, device), IsShared(world, a))),
                ];
                long staying = Total(held);
                List<(long Bytes, bool IsShared)> before =
                [
                    .. plan
                        .Assignments.Where(a => a.Node == node.Name && a.Change != AssignmentChange.New)
                        .Select(a => (On(a.Claims, device), IsShared(world, a))),
                ];
                Assert.True(
                    staying <= device.BudgetBytes,
                    $"{where}: {node.Name}/{device.Name} is overbooked"
                );
                List<(long Bytes, bool IsShared)> leaving =
                [
                    .. world.Models.SelectMany(m =>
                        m.Existing.Where(r =>
                                r.Node == node.Name
                                && !plan.Assignments.Any(a => a.Model == m.Key && a.Node == node.Name)
                            )
                            .Select(r => (On(r.Claims, device), r.IsShared))
                    ),
                ];
                // What takes turns with something larger that is still leaving adds nothing.
                long present = Math.Max(device.BudgetBytes, Total([.. before, .. leaving]));
                bool booksNew = plan.Assignments.Any(a =>
                    a.Node == node.Name && a.Change == AssignmentChange.New && On(a.Claims, device) > 0
                );
                Assert.True(
                    !booksNew || Total([.. held, .. leaving]) <= present,
                    $"{where}: {node.Name}/{device.Name} books bytes that are still held"
                );
            }
        }
    }

    // What takes turns holds as much as the largest of it.
    private static long Total(List<(long Bytes, bool IsShared)> held) =>
        held.Where(h => !h.IsShared).Sum(h => h.Bytes)
        + held.Where(h => h.IsShared).Select(h => h.Bytes).DefaultIfEmpty(0).Max();

    private static bool IsShared(PlacementSnapshot world, PlacementAssignment assignment)
    {
        PlacementModel model = world.Models.Single(m => m.Key == assignment.Model);
        return assignment.Change is AssignmentChange.New or AssignmentChange.Updated
            ? model.IsShared
            : model.Existing.Single(r => r.Node == assignment.Node && !r.IsDeleting).IsShared;
    }

    private static void RequireOneReplicaANode(PlacementPlan plan, string where) =>
        Assert.True(
            plan.Assignments.GroupBy(a => (a.Model, a.Node)).All(g => g.Count() == 1),
            $"{where}: two replicas of a model on one node"
        );

    private static void RequireDeterministic(
        PlacementSnapshot world,
        PlacementPlan plan,
        Random random,
        string where
    )
    {
        PlacementNode[] nodes = [.. world.Nodes];
        PlacementModel[] models = [.. world.Models];
        random.Shuffle(nodes);
        random.Shuffle(models);
        PlacementPlan again = PlacementPlanner.Plan(world with { Nodes = nodes, Models = models });
        Assert.True(Text(plan) == Text(again), $"{where}: the order of the lists changed the plan");
    }

    private static void RequireExplained(PlacementSnapshot world, PlacementPlan plan, string where)
    {
        foreach (PlacementModel model in world.Models.Where(m => !m.IsUnknown))
        {
            int placed = plan.Assignments.Count(a => a.Model == model.Key);
            HashSet<string> explained =
            [
                .. plan.Refusals.Where(r => r.Model == model.Key).Select(r => r.Node),
                .. plan.Assignments.Where(a => a.Model == model.Key).Select(a => a.Node),
            ];
            Assert.True(
                placed >= plan.Wanted[model.Key] || world.Nodes.All(n => explained.Contains(n.Name)),
                $"{where}: {model.Key} lacks replicas and a node is not explained"
            );
        }
    }

    // With nothing else happening, planning comes to rest: outdated replicas are renewed one by one, then nothing.
    private static void RequireSettles(PlacementSnapshot world, string where)
    {
        for (int round = 0; round < 40; round++)
        {
            PlacementPlan plan = PlacementPlanner.Plan(world);
            if (!plan.HasChanges)
            {
                return;
            }

            world = CarryOut(world, plan, random: null);
        }

        Assert.Fail($"{where}: planning an unchanged world does not come to rest");
    }

    private static long On(IReadOnlyList<DeviceClaim> claims, PlacementDevice device) =>
        claims.Where(c => c.Device == device.Name).Sum(c => c.Terms.Total);

    private static string Text(PlacementPlan plan) =>
        string.Join(
            '\n',
            Lines(plan)
                .Concat(plan.Removals.Select(r => r.ToString()))
                .Concat(plan.Refusals.Select(r => r.ToString()))
        );

    // With a random source some removed replicas linger and some new ones do not answer yet.
    private static PlacementSnapshot CarryOut(PlacementSnapshot world, PlacementPlan plan, Random? random) =>
        world with
        {
            Models =
            [
                .. world.Models.Select(m =>
                    m with
                    {
                        Existing =
                        [
                            .. plan
                                .Assignments.Where(a => a.Model == m.Key)
                                .Select(a => new PlacementReplica
                                {
                                    Node = a.Node,
                                    CandidateId = a.CandidateId,
                                    Claims = a.Claims,
                                    IsShared = IsShared(world, a),
                                    IsHealthy = random is null || random.Next(4) > 0,
                                    Residence = TimeSpan.FromMinutes(random?.Next(20) ?? 60),
                                }),
                            .. m
                                .Existing.Where(r =>
                                    random?.Next(2) == 0
                                    && world.Nodes.Any(n => n.Name == r.Node)
                                    && !plan.Assignments.Any(a => a.Model == m.Key && a.Node == r.Node)
                                )
                                .Select(r => r with { IsDeleting = true }),
                        ],
                    }
                ),
            ],
        };

    private static PlacementSnapshot RandomWorld(Random random) =>
        new()
        {
            Nodes = [.. Enumerable.Range(0, random.Next(1, 6)).Select(i => RandomNode($"n{i}", random))],
            Models = [.. Enumerable.Range(0, random.Next(1, 8)).Select(i => RandomModel($"m{i}", random))],
        };

    private static PlacementNode RandomNode(string name, Random random) =>
        Node(
            name,
            random.Next(0, 40),
            [.. Enumerable.Range(0, random.Next(0, 3)).Select(_ => random.NextInt64(4, 48))]
        ) with
        {
            State = (NodeState)random.Next(0, 6) is var s && (int)s > 2 ? NodeState.Ready : s,
            IsCordoned = random.Next(8) == 0,
            IsUnderPressure = random.Next(6) == 0,
            Taints = random.Next(5) == 0 ? [new PlacementTaint("t", "", (TaintEffect)random.Next(3))] : [],
            Labels = random.Next(2) == 0 ? new Dictionary<string, string> { ["pool"] = "a" } : [],
        };

    private static PlacementModel RandomModel(string key, Random random) =>
        Divisible(Model(key, random.Next(0, 4), [.. Sizes(random)]), random.Next(3) == 0) with
        {
            Priority = random.Next(3),
            Age = random.Next(100),
            Devices = (DevicePreference)random.Next(3),
            IsUnknown = random.Next(10) == 0,
            IsShared = random.Next(4) == 0,
            IsEveryNode = random.Next(8) == 0,
            CanPreempt = random.Next(4) > 0,
            Tolerations = random.Next(3) == 0 ? [new PlacementToleration("t", null, null)] : [],
            NodeSelector = random.Next(4) == 0 ? new Dictionary<string, string> { ["pool"] = "a" } : [],
        };

    private static PlacementModel Divisible(PlacementModel model, bool isDivisible) =>
        isDivisible
            ? model with
            {
                Candidates =
                [
                    .. model.Candidates.Select(c =>
                        c with
                        {
                            Split = new LinearSplit(20, c.OnGpu!.Value.Total / 20, Gi / 2),
                        }
                    ),
                ],
            }
            : model;

    private static IEnumerable<long> Sizes(Random random) =>
        Enumerable
            .Range(0, random.Next(1, 4))
            .Select(_ => random.NextInt64(1, 30))
            .Distinct()
            .OrderDescending();

    private static PlacementSnapshot Change(PlacementSnapshot world, Random random)
    {
        PlacementNode[] nodes = [.. world.Nodes];
        PlacementModel[] models = [.. world.Models];
        int node = random.Next(nodes.Length);
        int model = random.Next(models.Length);
        switch (random.Next(6))
        {
            case 0:
                nodes[node] = RandomNode(nodes[node].Name, random);
                break;
            case 1:
                models[model] = models[model] with { Replicas = random.Next(0, 4) };
                break;
            case 2:
                models[model] = models[model] with { Candidates = RandomModel("x", random).Candidates };
                break;
            case 3:
                nodes[node] = nodes[node] with { State = (NodeState)random.Next(3) };
                break;
            case 4:
                models = [.. models, RandomModel($"m{models.Length}", random)];
                break;
            default:
                models[model] = models[model] with { Devices = (DevicePreference)random.Next(3) };
                break;
        }

        return world with
        {
            Nodes = nodes,
            Models = models,
        };
    }
}
