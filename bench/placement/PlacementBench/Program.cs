using System.Diagnostics;
using System.Globalization;
using LlmOperator.Operator.Placement;
using LlmOperator.PlacementBench;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
int instances = args.Length > 0 ? int.Parse(args[0]) : 500;
int nodes = args.Length > 1 ? int.Parse(args[1]) : 2000;
int replicas = args.Length > 2 ? int.Parse(args[2]) : 10_000;
const int Seed = 1;

Console.WriteLine(
    $"{instances} random instances solved exactly, seeds {Seed} to {Seed + instances - 1}: fraction of the optimum's weighted value"
);
Console.WriteLine();
Console.WriteLine(Quality.Measure(instances, Seed).ToTable());
Console.WriteLine();

PlacementSnapshot fleet = LargeFleet.Random(nodes, replicas, new Random(Seed));
Console.WriteLine(
    $"{replicas} replicas of {fleet.Models.Count} models on {nodes} nodes with 4 GPUs each, seed {Seed}"
);
Console.WriteLine();
Console.WriteLine("| plan | seconds | allocated MiB | new | removed |");
Console.WriteLine("|---|---|---|---|---|");
PlacementPlan first = Measure("everything, from nothing", fleet);
PlacementSnapshot running = LargeFleet.After(fleet, first);
Measure("the same again, nothing changed", running);
PlacementModel one = fleet.Models[0] with { Key = "one-more", Replicas = 1, Existing = [], Priority = 0 };
Measure("one more model of the lowest priority", running with { Models = [.. running.Models, one] });
Measure(
    "one more model of the highest priority",
    running with
    {
        Models = [.. running.Models, one with { Priority = 9 }],
    }
);
Measure(
    "one node lost",
    running with
    {
        Nodes = [.. running.Nodes.Skip(1), running.Nodes[0] with { State = NodeState.Lost }],
    }
);
double bound = LargeFleet.Bound(fleet);
Console.WriteLine();
Console.WriteLine(
    $"value of the first plan: {first.Value / bound:0.000} of a bound that no plan can reach; {first.Assignments.Count} of {replicas} replicas placed"
);
Console.WriteLine($"largest working set: {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MiB");

static PlacementPlan Measure(string name, PlacementSnapshot snapshot)
{
    long before = GC.GetTotalAllocatedBytes(precise: true);
    Stopwatch watch = Stopwatch.StartNew();
    PlacementPlan plan = PlacementPlanner.Plan(snapshot);
    watch.Stop();
    long allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
    int created = plan.Assignments.Count(a => a.Change == AssignmentChange.New);
    Console.WriteLine(
        $"| {name} | {watch.Elapsed.TotalSeconds:0.000} | {allocated >> 20} | {created} | {plan.Removals.Count} |"
    );
    return plan;
}
