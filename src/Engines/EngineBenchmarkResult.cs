namespace LlmOperator.Engines;

/// <summary>Speed of an instance, measured by itself.</summary>
/// <param name="PromptTokensPerSecond">Reading of the prompt.</param>
/// <param name="GenerationTokensPerSecond">Writing of the answer.</param>
public sealed record EngineBenchmarkResult(double PromptTokensPerSecond, double GenerationTokensPerSecond);
