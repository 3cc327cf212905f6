using LlmOperator.Router.Dialects.OpenAi;
using Microsoft.AspNetCore.Http;

namespace LlmOperator.Router.Serving;

/// <summary>
/// Answers 429 instead of taking on more than can be worked on. Only requests whose body is there count: clients that send
/// slowly take no place from others, only memory, of which all bodies that are being read together have so much.
/// </summary>
/// <param name="limit">Most requests at the same time.</param>
/// <param name="bodyBytes">Most bytes of bodies that are not whole yet.</param>
internal sealed class ConcurrencyLimit(int limit, long bodyBytes)
{
    private int _running;
    private long _reading;

    /// <summary>A request's body is whole: it is worked on from now until <see cref="Leave"/>.</summary>
    /// <exception cref="InvalidRequestException">There are too many.</exception>
    public void Enter()
    {
        if (Interlocked.Increment(ref _running) > limit)
        {
            Interlocked.Decrement(ref _running);
            throw Overloaded($"The router works on {limit} requests already; try again soon.");
        }
    }

    /// <summary>A request has ended.</summary>
    public void Leave() => Interlocked.Decrement(ref _running);

    /// <summary>More of a body came.</summary>
    /// <exception cref="InvalidRequestException">All of them together are too long.</exception>
    public void Read(int bytes)
    {
        if (Interlocked.Add(ref _reading, bytes) > bodyBytes)
        {
            throw Overloaded("The router reads too many long requests at the same time; try again soon.");
        }
    }

    /// <summary>A body is whole, or given up.</summary>
    public void EndRead(int bytes) => Interlocked.Add(ref _reading, -bytes);

    private static InvalidRequestException Overloaded(string message) =>
        new(
            new OpenAiError(StatusCodes.Status429TooManyRequests, "overloaded", message)
            {
                RetryAfter = TimeSpan.FromSeconds(1),
            }
        );
}
