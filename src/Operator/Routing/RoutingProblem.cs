namespace LlmOperator.Operator.Routing;

/// <summary>Why a routing object is not ready.</summary>
/// <param name="Reason">Reason of the condition.</param>
/// <param name="Message">What is missing and what to do.</param>
internal sealed record RoutingProblem(string Reason, string Message);
