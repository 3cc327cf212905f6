namespace LlmOperator.Models.Gguf;

/// <summary>Sliding-window attention as the file states it; which layers use it is the architecture's rule.</summary>
/// <param name="Window">Tokens a windowed layer looks back.</param>
/// <param name="Pattern">Per layer, 1 for a windowed one, when the file has the list.</param>
/// <param name="Period">Every how many layers one is dense, when the file says so.</param>
public sealed record SlidingWindowFacts(int Window, IReadOnlyList<int>? Pattern, int? Period);
