namespace LlmOperator.Models.Memory;

/// <summary>One part of a device's memory.</summary>
/// <param name="Kind">What it is for.</param>
/// <param name="Bytes">Bytes, more than 0.</param>
public sealed record MemoryTerm(MemoryTermKind Kind, long Bytes);
