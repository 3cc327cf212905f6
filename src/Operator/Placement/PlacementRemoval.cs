namespace LlmOperator.Operator.Placement;

/// <summary>A replica that shall not exist any more.</summary>
/// <param name="Model">Key of the model.</param>
/// <param name="Node">Name of the node.</param>
/// <param name="Reason">Why.</param>
internal sealed record PlacementRemoval(string Model, string Node, RemovalReason Reason);
