namespace LlmOperator.Operator.Placement;

/// <summary>A device of a node.</summary>
/// <param name="Name">Unique on the node.</param>
/// <param name="Kind">What it is.</param>
/// <param name="BudgetBytes">Bytes that replicas may hold together.</param>
internal sealed record PlacementDevice(string Name, DeviceKind Kind, long BudgetBytes);
