using LlmOperator.Router.Dialects;
using LlmOperator.Router.Identity;
using LlmOperator.Router.Serving;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace LlmOperator.Router.Mcp;

/// <summary>A chat completion that the router asks of itself for a caller, without a connection.</summary>
internal static class InnerRequest
{
    private const string ChatPath = "/v1/chat/completions";

    private static readonly CallerOperation s_chat = CallerDialects
        .Of(ChatPath)
        .Operations.Single(o => o.Path == ChatPath);

    /// <summary>Runs it.</summary>
    /// <param name="outer">The caller's request: its key and the headers by which it is routed.</param>
    /// <param name="body">The request in OpenAI's shape, not streamed.</param>
    /// <param name="pipeline">The way of every request.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <returns>Status and body.</returns>
    public static async Task<(int Status, byte[] Body)> RunAsync(
        HttpContext outer,
        ReadOnlyMemory<byte> body,
        RequestPipeline pipeline,
        CancellationToken cancellationToken
    )
    {
        using MemoryStream answer = new();
        DefaultHttpContext inner = new()
        {
            TraceIdentifier = outer.TraceIdentifier,
            RequestAborted = cancellationToken,
        };
        inner.Features.Set(outer.Caller());
        inner.Features.Set(outer.Features.GetRequiredFeature<OverloadGate>());
        inner.Request.Method = HttpMethods.Post;
        inner.Request.Path = ChatPath;
        inner.Request.Body = new MemoryStream(body.ToArray(), writable: false);
        foreach ((string name, Microsoft.Extensions.Primitives.StringValues value) in outer.Request.Headers)
        {
            if (
                name.StartsWith("x-llm-", StringComparison.OrdinalIgnoreCase)
                || name.Equals(HeaderNames.TraceParent, StringComparison.OrdinalIgnoreCase)
                || name.Equals(HeaderNames.TraceState, StringComparison.OrdinalIgnoreCase)
            )
            {
                inner.Request.Headers[name] = value;
            }
        }

        inner.Response.Body = answer;
        await pipeline.AnswerAsync(inner, s_chat);
        return (inner.Response.StatusCode, answer.ToArray());
    }
}
