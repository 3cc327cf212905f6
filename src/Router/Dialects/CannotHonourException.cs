namespace LlmOperator.Router.Dialects;

/// <summary>A target cannot do what a field of the request asks; another target may.</summary>
/// <param name="field">The field.</param>
/// <param name="reason">Why, for the client.</param>
internal sealed class CannotHonourException(string field, string reason)
    : Exception($"it cannot honour \"{field}\": {reason}");
