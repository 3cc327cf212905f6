namespace LlmOperator.Operator.Placement;

/// <summary>Something about a node that a model has to tolerate.</summary>
/// <param name="Key">Name.</param>
/// <param name="Value">Value; empty for none.</param>
/// <param name="Effect">What it does.</param>
internal sealed record PlacementTaint(string Key, string Value, TaintEffect Effect);
