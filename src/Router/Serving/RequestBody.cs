using LlmOperator.Router.Dialects;
using LlmOperator.Router.Dialects.OpenAi;
using LlmOperator.Router.Forwarding;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace LlmOperator.Router.Serving;

/// <summary>Reads a request's body, bounded.</summary>
internal static class RequestBody
{
    private const int ReadSize = 16 << 10;

    /// <summary>Reads it whole, hands it on, and answers what is wrong with the request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="limit">Longest body, in bytes.</param>
    /// <param name="use">Answers the request; the body is valid until it returns.</param>
    public static async Task UseAsync(HttpContext context, int limit, Func<ReadOnlyMemory<byte>, Task> use)
    {
        OverloadGate others = context.Features.GetRequiredFeature<OverloadGate>();
        PooledBuffer body = new(4096);
        try
        {
            try
            {
                await ReadAsync(context, body, limit, others);
                await others.EnterAsync(context);
            }
            finally
            {
                others.EndRead(body.Length);
            }

            try
            {
                await use(body.Memory);
            }
            finally
            {
                others.Leave();
            }
        }
        catch (InvalidRequestException e)
        {
            await CallerDialects.WriteErrorAsync(context, e.Error);
        }
        finally
        {
            body.Release();
        }
    }

    /// <summary>Reads it whole.</summary>
    /// <exception cref="InvalidRequestException">It is longer than allowed, or compressed.</exception>
    private static async Task ReadAsync(
        HttpContext context,
        PooledBuffer body,
        int limit,
        OverloadGate others
    )
    {
        if (context.Request.ContentLength > limit)
        {
            throw TooLarge(limit);
        }

        if (context.Request.Headers.ContentEncoding.Count > 0)
        {
            throw new InvalidRequestException(
                new OpenAiError(
                    StatusCodes.Status415UnsupportedMediaType,
                    "unsupported_encoding",
                    "The body is compressed; send it plain."
                )
            );
        }

        int read;
        do
        {
            read = await context.Request.Body.ReadAsync(body.GetFreeMemory(ReadSize), context.RequestAborted);
            body.Advance(read);
            others.Read(read);
            if (body.Length > limit)
            {
                throw TooLarge(limit);
            }
        } while (read > 0);
    }

    private static InvalidRequestException TooLarge(int limit) =>
        new(
            new OpenAiError(
                StatusCodes.Status413PayloadTooLarge,
                "request_too_large",
                $"The body is longer than {limit} bytes."
            )
        );
}
