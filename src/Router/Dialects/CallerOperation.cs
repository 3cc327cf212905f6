namespace LlmOperator.Router.Dialects;

/// <summary>Something that clients post.</summary>
/// <param name="Path">Path with a leading slash.</param>
/// <param name="Read">
/// Makes an exchange of a request; throws <see cref="OpenAi.InvalidRequestException"/> for what is no request.
/// </param>
internal sealed record CallerOperation(string Path, Func<CallerInput, Exchange> Read);
