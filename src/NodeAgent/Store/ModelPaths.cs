namespace LlmOperator.NodeAgent.Store;

/// <summary>Files as an engine opens them.</summary>
/// <param name="Weights">Weights, or the first part of them.</param>
/// <param name="Projector">Multimodal projector; null when the model has none.</param>
/// <param name="Adapters">Adapters (LoRA) that came with the model.</param>
internal sealed record ModelPaths(string Weights, string? Projector, IReadOnlyList<string> Adapters);
