namespace LlmOperator.Router.Classification;

/// <summary>One string of a request.</summary>
/// <param name="Text">The string, decoded.</param>
/// <param name="Origin">What it is.</param>
internal sealed record RequestText(string Text, TextOrigin Origin);
