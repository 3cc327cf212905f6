using System.Net;
using System.Text.Json;

namespace LlmOperator.Models.Sources;

/// <summary>What all sources do with an answer: errors into sentences, bodies within limits.</summary>
internal static class SourceAnswers
{
    // As the registries' own clients (4 MiB is the limit of the OCI distribution specification).
    private const int MaxBodyBytes = 4 << 20;

    /// <summary>The error for a status that is no success.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="what">What was asked for, as people write it.</param>
    /// <param name="time">For a Retry-After that is a date.</param>
    public static ModelSourceException Error(HttpResponseMessage response, string what, TimeProvider time)
    {
        string host = response.RequestMessage?.RequestUri?.Host ?? "the source";
        int status = (int)response.StatusCode;
        return response.StatusCode switch
        {
            HttpStatusCode.NotFound or HttpStatusCode.Gone => new ModelSourceException(
                ModelSourceFailure.NotFound,
                $"{host} has no {what}; check its name."
            ),
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new ModelSourceException(
                ModelSourceFailure.Unauthorized,
                $"{host} does not give {what} without a valid token ({status}); name a Secret with one."
            ),
            HttpStatusCode.TooManyRequests => new ModelSourceException(
                ModelSourceFailure.RateLimited,
                $"{host} limits the rate of requests (429); it is tried again later."
            )
            {
                RetryAfter = RetryAfter(response, time),
            },
            >= HttpStatusCode.InternalServerError or HttpStatusCode.RequestTimeout =>
                new ModelSourceException(
                    ModelSourceFailure.Unreachable,
                    $"{host} failed ({status}); it is tried again later."
                )
                {
                    RetryAfter = RetryAfter(response, time),
                },
            _ => new ModelSourceException(
                ModelSourceFailure.Invalid,
                $"{host} answered {status} to a request for {what}; check the source."
            ),
        };
    }

    /// <summary>The body, up to the limit.</summary>
    public static async Task<byte[]> ReadBodyAsync(
        HttpResponseMessage response,
        CancellationToken cancellationToken
    )
    {
        using MemoryStream body = new();
        await using Stream stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        byte[] buffer = new byte[16 << 10];
        try
        {
            while (await stream.ReadAsync(buffer, cancellationToken) is int read and > 0)
            {
                body.Write(buffer, 0, read);
                if (body.Length > MaxBodyBytes)
                {
                    throw Invalid(response, $"sent more than {MaxBodyBytes} bytes of metadata");
                }
            }
        }
        catch (IOException error)
        {
            throw new ModelSourceException(
                ModelSourceFailure.Unreachable,
                $"{response.RequestMessage?.RequestUri?.Host} cut the connection; it is tried again later.",
                error
            );
        }

        return body.ToArray();
    }

    /// <summary>The body as JSON.</summary>
    public static async Task<JsonDocument> ReadJsonAsync(
        HttpResponseMessage response,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return JsonDocument.Parse(await ReadBodyAsync(response, cancellationToken));
        }
        catch (JsonException)
        {
            throw Invalid(response, "sent something that is not JSON");
        }
    }

    /// <summary>The error for an answer that breaks the protocol.</summary>
    public static ModelSourceException Invalid(HttpResponseMessage response, string what) =>
        Invalid(response.RequestMessage?.RequestUri?.Host ?? "The source", what);

    /// <summary>As above, of a host.</summary>
    public static ModelSourceException Invalid(string host, string what) =>
        new(
            ModelSourceFailure.Invalid,
            $"{host} {what}; check that the address is the right kind of source."
        );

    private static TimeSpan? RetryAfter(HttpResponseMessage response, TimeProvider time) =>
        response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } when date > time.GetUtcNow() => date - time.GetUtcNow(),
            _ => null,
        };
}
