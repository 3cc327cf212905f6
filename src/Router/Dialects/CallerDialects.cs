using LlmOperator.Router.Dialects.Anthropic;
using LlmOperator.Router.Dialects.Ollama;
using LlmOperator.Router.Dialects.OpenAi;
using LlmOperator.Router.Dialects.Responses;
using Microsoft.AspNetCore.Http;

namespace LlmOperator.Router.Dialects;

/// <summary>The dialects that clients may speak.</summary>
internal static class CallerDialects
{
    private static readonly OpenAiCaller s_openAi = new();

    /// <summary>All of them; the first that owns a path answers there.</summary>
    public static IReadOnlyList<ICallerDialect> All { get; } =
    [new ResponsesCaller(), new AnthropicCaller(), new OllamaCaller(), s_openAi];

    /// <summary>The dialect of a path; OpenAI's where no other claims it.</summary>
    public static ICallerDialect Of(PathString path)
    {
        foreach (ICallerDialect dialect in All)
        {
            if (dialect.Owns(path))
            {
                return dialect;
            }
        }

        return s_openAi;
    }

    /// <summary>Answers an error in the dialect of the request's path; aborts the connection when the answer has begun.</summary>
    public static async Task WriteErrorAsync(HttpContext context, OpenAiError error)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        if (error.RetryAfter is not null)
        {
            context.Response.Headers.RetryAfter = error.RetryAfterSeconds();
        }

        await JsonAnswer.WriteAsync(
            context.Response,
            error.Status,
            Of(context.Request.Path).ToJson(error),
            context.RequestAborted
        );
    }
}
