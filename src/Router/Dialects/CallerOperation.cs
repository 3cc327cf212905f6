using Microsoft.AspNetCore.Http;

namespace LlmOperator.Router.Dialects;

/// <summary>Something that clients post.</summary>
/// <param name="Path">Path with a leading slash.</param>
/// <param name="Read">
/// Makes an exchange of the request and its whole body; throws
/// <see cref="OpenAi.InvalidRequestException"/> for what is no request. The body is valid while the request is.
/// </param>
internal sealed record CallerOperation(string Path, Func<HttpContext, ReadOnlyMemory<byte>, Exchange> Read);
