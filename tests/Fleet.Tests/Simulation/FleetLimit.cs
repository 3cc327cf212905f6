namespace LlmOperator.Fleet.Tests.Simulation;

/// <summary>One thing that is counted.</summary>
/// <param name="What">For people.</param>
/// <param name="Mean">Of all nodes, replicas or models.</param>
/// <param name="Most">Of one of them.</param>
/// <param name="Allowed">What one of them may have.</param>
internal sealed record FleetLimit(string What, double Mean, double Most, double Allowed)
{
    public static FleetLimit Of(string what, IReadOnlyList<int> counts, double allowed) =>
        new(what, counts.Average(), counts.Max(), allowed);

    public static FleetLimit Of(string what, double mean, double allowed) => new(what, mean, mean, allowed);
}
