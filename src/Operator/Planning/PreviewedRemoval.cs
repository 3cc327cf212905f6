namespace LlmOperator.Operator.Planning;

/// <summary>A replica that would go.</summary>
/// <param name="Model">Namespace and name of the model.</param>
/// <param name="Node">Node.</param>
/// <param name="Reason">For example <c>Preempted</c>.</param>
/// <param name="Bytes">Bytes that it holds on all devices.</param>
public sealed record PreviewedRemoval(string Model, string Node, string Reason, long Bytes);
