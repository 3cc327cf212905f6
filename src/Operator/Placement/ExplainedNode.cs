namespace LlmOperator.Operator.Placement;

/// <summary>What a node has to say of a model once the plan is carried out.</summary>
/// <param name="Node">Name of the node.</param>
/// <param name="IsPlaced">A replica shall exist there.</param>
/// <param name="Refusal">Why a further replica is refused; null when it is placed there or would fit.</param>
/// <param name="Ways">Every way to load the model there, best first, each on the devices where it lacks least.</param>
internal sealed record ExplainedNode(
    string Node,
    bool IsPlaced,
    PlacementRefusal? Refusal,
    IReadOnlyList<NodeFit> Ways
);
