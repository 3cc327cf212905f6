namespace LlmOperator.Models.Gguf;

/// <summary>Mixture-of-experts facts.</summary>
/// <param name="Count">Experts a layer.</param>
/// <param name="UsedCount">Experts used for a token.</param>
/// <param name="FeedForwardLength">Width of one expert; 0 when the file does not say.</param>
public sealed record ExpertFacts(int Count, int UsedCount, int FeedForwardLength);
