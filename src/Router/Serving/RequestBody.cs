using LlmOperator.Router.Dialects;
using LlmOperator.Router.Dialects.OpenAi;
using LlmOperator.Router.Forwarding;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace LlmOperator.Router.Serving;

/// <summary>Reads a request's body, bounded.</summary>
internal static class RequestBody
{
    // Longer ones are not worked on by the thread that waits for sockets.
    private const int LongBody = 16 << 10;

    // A client that says how long its body is gets room for it as it sends it, in few steps, since each is a copy: what
    // it only says costs no memory.
    private const int FirstRoom = 16 << 10;
    private const int MostGrowth = 3;

    /// <summary>Reads it whole, hands it on, and answers what is wrong with the request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="limit">Longest body, in bytes.</param>
    /// <param name="use">Answers the request; the body is valid until it returns.</param>
    public static async Task UseAsync(HttpContext context, int limit, Func<ReadOnlyMemory<byte>, Task> use)
    {
        OverloadGate others = context.Features.GetRequiredFeature<OverloadGate>();
        PooledBuffer body = new((int)Math.Min(context.Request.ContentLength ?? FirstRoom, FirstRoom));
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
                if (body.Length > LongBody)
                {
                    // What is asked about a long text takes time, in which the sockets of this thread would wait.
                    await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
                }

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

        long said = context.Request.ContentLength ?? 0;
        int read;
        do
        {
            long room = Math.Clamp(said - body.Length, 1, Math.Max(1, (long)body.Length * MostGrowth));
            int least = body.Length < body.Capacity ? 1 : (int)room;
            read = await context.Request.Body.ReadAsync(body.GetFreeMemory(least), context.RequestAborted);
            body.Advance(read);
            others.Read(read);
            if (body.Length > limit)
            {
                throw TooLarge(limit);
            }
        } while (read > 0 && body.Length != context.Request.ContentLength);
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
