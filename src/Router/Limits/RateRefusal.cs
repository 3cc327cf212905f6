namespace LlmOperator.Router.Limits;

/// <summary>A limit that does not let a request in.</summary>
/// <param name="Message">Which.</param>
/// <param name="RetryAfter">When it will.</param>
internal sealed record RateRefusal(string Message, TimeSpan RetryAfter);
