namespace LlmOperator.Api.V1Alpha1;

/// <summary>Speed as measured by the agent's micro-benchmark after loading.</summary>
public sealed record ReplicaPerformance
{
    /// <summary>Prompt tokens a second.</summary>
    public long PromptTokensPerSecond { get; init; }

    /// <summary>Generated tokens a second, one sequence.</summary>
    public long GenerationTokensPerSecond { get; init; }

    /// <summary>Milliseconds from start to answering.</summary>
    public long LoadMilliseconds { get; init; }
}
