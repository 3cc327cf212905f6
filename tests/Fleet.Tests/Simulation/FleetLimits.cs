namespace LlmOperator.Fleet.Tests.Simulation;

/// <summary>
/// What a fleet may ask of the API server and of the origin, as docs/decisions/0014 says it. None of them is a time: what
/// goes on as long as a pull does is counted against how long all took. Pure.
/// </summary>
internal static class FleetLimits
{
    /// <summary>The names and numbers of limits that were passed; empty when all was well.</summary>
    public static IReadOnlyList<string> Passed(FleetCounts counts) =>
        [
            .. Of(counts)
                .Where(row => row.Most > row.Allowed)
                .Select(row =>
                    FormattableString.Invariant($"{row.What}: {row.Most:0.##} > {row.Allowed:0.##}")
                ),
        ];

    /// <summary>All limits of a fleet, with what it counted.</summary>
    public static IReadOnlyList<FleetLimit> Of(FleetCounts counts) =>
        [.. OfAgents(counts), .. OfOperator(counts), .. OfOrigin(counts)];

    private static IEnumerable<FleetLimit> OfAgents(FleetCounts counts)
    {
        int models = counts.Options.Models;
        double seconds = counts.Elapsed.TotalSeconds;
        // Ten states of its life; progress by steps of 5 % at least 2 s apart, and every 10 s what is less than a step.
        yield return FleetLimit.Of(
            "agent: status of a replica",
            counts.ReplicaStatus,
            10 + Math.Min(20, seconds / 2) + seconds / 10
        );
        // It keeps a replica that is deleted until its engine has stopped.
        yield return FleetLimit.Of("agent: finalizer of a replica", counts.ReplicaFinalizers, 1);
        // A file appears as being fetched, perhaps from the origin, then as stored; readings once a minute.
        yield return FleetLimit.Of(
            "agent: status of its node",
            counts.NodeStatus,
            3 * models + 4 + seconds / 60
        );
        yield return FleetLimit.Of("agent: events of its node", counts.NodeEvents, 4 * models);
        yield return FleetLimit.Of("agent: renewals of its lease", counts.Leases, 2 + seconds / 10);
        // The node itself, once.
        yield return FleetLimit.Of(
            "agent: all else",
            counts.OtherAgentWrites / (double)counts.Options.Nodes,
            1
        );
    }

    private static IEnumerable<FleetLimit> OfOperator(FleetCounts counts)
    {
        (int nodes, int models) = (counts.Options.Nodes, counts.Options.Models);
        // Its creation, and one more should a seeder be replaced.
        yield return FleetLimit.Of("operator: a replica", counts.Replicas, 2);
        // Each replica placed, stored and ready, and every 5 s other words.
        yield return FleetLimit.Of(
            "operator: status of a model",
            counts.ModelStatus,
            3 * nodes + 6 + counts.Elapsed.TotalSeconds / 5
        );
        yield return FleetLimit.Of(
            "operator: events of a model",
            counts.OperatorEvents / (double)models,
            2 * nodes + 6
        );
        yield return FleetLimit.Of(
            "operator: all else, of a node or model",
            counts.OtherOperatorWrites / (double)(nodes + models),
            3
        );
    }

    private static IEnumerable<FleetLimit> OfOrigin(FleetCounts counts)
    {
        yield return new FleetLimit(
            "origin: copies of a model",
            counts.Copies.Average(),
            counts.Copies.Max(),
            1.1
        );
        // A request brings a unit at least, and the first ones ask what the file is.
        yield return FleetLimit.Of(
            "origin: requests of pulls for a model",
            counts.OriginRequests,
            1.1 * counts.Units + 4
        );
        yield return FleetLimit.Of("origin: requests of the operator for a model", counts.Inspections, 4);
    }
}
