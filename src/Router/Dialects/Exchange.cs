using LlmOperator.Router.Dialects.OpenAi;
using LlmOperator.Router.Tracing;
using Microsoft.AspNetCore.Http;

namespace LlmOperator.Router.Dialects;

/// <summary>One request and where its answer goes.</summary>
/// <param name="Context">The client's connection.</param>
/// <param name="Request">The request in the canonical form, which is OpenAI's.</param>
/// <param name="Answer">Writes the answer in the caller's dialect.</param>
internal sealed record Exchange(HttpContext Context, OpenAiRequest Request, IAnswerWriter Answer)
{
    /// <summary>The request's span; null when nobody wants one.</summary>
    public RequestSpan? Span { get; init; }
}
