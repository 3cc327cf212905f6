using System.Globalization;
using LlmOperator.Fleet.Tests.Simulation;

namespace LlmOperator.Distribution;

/// <summary>Many models to many nodes in one process: what they ask of the API server and of the origin, and the limits.</summary>
internal static class ManyRun
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(10);

    /// <summary>Prints the table; 1 when a limit was passed.</summary>
    public static async Task<int> RunAsync(int nodes, int models, CancellationToken cancellationToken)
    {
        FleetCounts counts = await SimulatedFleet.RunAsync(
            new FleetOptions
            {
                Nodes = nodes,
                Models = models,
                Limit = s_limit,
            },
            cancellationToken
        );
        Say(
            $"{nodes} nodes, {models} models of {counts.Units} units, {nodes * models} replicas, all ready after {counts.Elapsed.TotalSeconds:0} s."
        );
        Say(
            $"Writes to the API server: {counts.Writes} ({counts.Writes / (double)(nodes * models):0.0} a replica, {counts.Writes / counts.Elapsed.TotalSeconds:0.0} a second)."
        );
        Say($"| what | mean | most | at most |");
        Say($"|---|---|---|---|");
        foreach (FleetLimit row in FleetLimits.Of(counts))
        {
            Say($"| {row.What} | {row.Mean:0.##} | {row.Most:0.##} | {row.Allowed:0.##} |");
        }

        return FleetLimits.Passed(counts).Count == 0 ? 0 : 1;
    }

    private static void Say(FormattableString line) =>
        Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
