namespace LlmOperator.Operator.Placement;

/// <summary>A plan with what every node has to say of every model.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Verdicts">For each model by its key, all nodes in the order of their names.</param>
internal sealed record ExplainedPlan(
    PlacementPlan Plan,
    IReadOnlyDictionary<string, IReadOnlyList<ExplainedNode>> Verdicts
);
