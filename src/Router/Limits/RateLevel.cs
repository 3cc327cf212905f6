namespace LlmOperator.Router.Limits;

/// <summary>How far a limit is used.</summary>
/// <param name="Limit">What a minute allows.</param>
/// <param name="Remaining">What is left now.</param>
/// <param name="Reset">When all is there again.</param>
internal sealed record RateLevel(int Limit, long Remaining, TimeSpan Reset);
