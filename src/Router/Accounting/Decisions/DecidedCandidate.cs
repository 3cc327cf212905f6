namespace LlmOperator.Router.Accounting.Decisions;

/// <summary>A candidate of a decision.</summary>
/// <param name="Name">Name, for example <c>model/demo</c>.</param>
/// <param name="Reason">Why it was in the plan.</param>
/// <param name="Redacted">Whether it would get placeholders in place of what may not leave.</param>
/// <param name="Usd">Expected cost; null when it has no price.</param>
/// <param name="Seconds">Expected time of the answer; null when not measured lately.</param>
/// <param name="FastEnough">Whether it keeps the policy's objectives, as far as is known.</param>
internal sealed record DecidedCandidate(
    string Name,
    string Reason,
    bool Redacted,
    decimal? Usd,
    double? Seconds,
    bool FastEnough
);
