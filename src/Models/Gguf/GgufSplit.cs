namespace LlmOperator.Models.Gguf;

/// <summary>Which part of a split model a file is.</summary>
/// <param name="Number">0 for the first part.</param>
/// <param name="Count">Parts in all.</param>
/// <param name="TensorCount">Tensors over all parts.</param>
public sealed record GgufSplit(int Number, int Count, int TensorCount);
