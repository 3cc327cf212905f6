namespace LlmOperator.PrefixBench;

/// <summary>One turn: milliseconds to the first token, and the prompt's tokens that were evaluated and that came from the cache.</summary>
internal sealed record Sample(double FirstToken, long Evaluated, long Cached);
