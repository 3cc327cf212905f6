namespace LlmOperator.Operator.Placement;

/// <summary>Bytes of a division of the layers.</summary>
/// <param name="Host">In RAM.</param>
/// <param name="Gpus">On each GPU, in the order of the launch.</param>
internal sealed record SplitTerms(MemoryTerms Host, IReadOnlyList<MemoryTerms> Gpus);
