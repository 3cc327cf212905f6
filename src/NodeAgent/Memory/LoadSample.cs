namespace LlmOperator.NodeAgent.Memory;

/// <summary>One load of a model, as it was measured on one device.</summary>
/// <param name="Load">Names the load: a later measurement of the same load takes the place of an earlier one.</param>
/// <param name="ExcessBytes">Observed use less the engine's projection; negative when it used less.</param>
internal sealed record LoadSample(string Load, long ExcessBytes);
