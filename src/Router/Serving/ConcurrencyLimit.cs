using LlmOperator.Router.Dialects;
using LlmOperator.Router.Dialects.OpenAi;
using Microsoft.AspNetCore.Http;

namespace LlmOperator.Router.Serving;

/// <summary>Answers 429 instead of taking on more than can be worked on.</summary>
/// <param name="limit">Most requests at the same time.</param>
internal sealed class ConcurrencyLimit(int limit)
{
    private int _running;

    /// <summary>Requests that are being worked on.</summary>
    public int Running => Volatile.Read(ref _running);

    /// <summary>Runs <paramref name="next"/> or answers 429.</summary>
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        bool isCounted = context.Request.Method == HttpMethods.Post;
        try
        {
            if (isCounted && Interlocked.Increment(ref _running) > limit)
            {
                OpenAiError error = new(
                    StatusCodes.Status429TooManyRequests,
                    "overloaded",
                    $"The router works on {limit} requests already; try again soon."
                )
                {
                    RetryAfter = TimeSpan.FromSeconds(1),
                };
                await CallerDialects.WriteErrorAsync(context, error);
                return;
            }

            await next(context);
        }
        finally
        {
            if (isCounted)
            {
                Interlocked.Decrement(ref _running);
            }
        }
    }
}
