namespace LlmOperator.Router.Policies;

/// <summary>What a request is expected to take at one target.</summary>
/// <param name="PromptTokens">Tokens of the prompt as the target counts them.</param>
/// <param name="OutputTokens">Tokens of the answer.</param>
/// <param name="Usd">Cost in US dollars; null when the target has no price.</param>
/// <param name="Seconds">Time of the whole answer; null when not measured lately.</param>
/// <param name="KeepsObjectives">False when the target is known to be too slow for the policy's objectives.</param>
internal sealed record CandidateEstimate(
    int PromptTokens,
    int OutputTokens,
    decimal? Usd,
    double? Seconds,
    bool KeepsObjectives
);
