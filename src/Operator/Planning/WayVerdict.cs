namespace LlmOperator.Operator.Planning;

/// <summary>A way to load a model held against a node.</summary>
/// <param name="Way">Variant, context and cache type in words.</param>
/// <param name="Layout"><c>Gpu</c>, <c>SeveralGpus</c>, <c>Partial</c> or <c>Cpu</c>.</param>
/// <param name="Value">What it is worth, from 0 to 1.</param>
/// <param name="MissingBytes">Bytes that it lacks on the node as it would be after the plan; 0 when it fits.</param>
/// <param name="Message">What it needs, what is free and what is missing.</param>
public sealed record WayVerdict(string Way, string Layout, double Value, long MissingBytes, string Message);
