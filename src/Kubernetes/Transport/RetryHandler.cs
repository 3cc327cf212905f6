using System.Net;
using System.Net.Sockets;

namespace LlmOperator.Kubernetes.Transport;

/// <summary>
/// Repeats what is safe to repeat (C9): 429 and 5xx only when the server says when to come again, at most ten times;
/// a lost connection for GET only. A write whose fate is unknown is never sent again.
/// </summary>
internal sealed class RetryHandler(TimeProvider time) : DelegatingHandler
{
    private const int MostRetries = 10;

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        for (int retries = 0; ; retries++)
        {
            TimeSpan delay;
            try
            {
                HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
                TimeSpan? asked = retries < MostRetries ? DelayAsked(response) : null;
                if (asked is null)
                {
                    return response;
                }

                response.Dispose();
                delay = asked.Value;
            }
            catch (HttpRequestException e)
                when (request.Method == HttpMethod.Get && retries < MostRetries && IsLostConnection(e))
            {
                delay = TimeSpan.FromSeconds(1);
            }

            await Task.Delay(delay, time, cancellationToken);
        }
    }

    private TimeSpan? DelayAsked(HttpResponseMessage response)
    {
        bool retryable =
            response.StatusCode == HttpStatusCode.TooManyRequests || (int)response.StatusCode >= 500;
        if (!retryable || response.Headers.RetryAfter is not { } after)
        {
            return null;
        }

        TimeSpan delay = after.Delta ?? after.Date - time.GetUtcNow() ?? TimeSpan.Zero;
        return delay < TimeSpan.Zero ? TimeSpan.Zero : delay;
    }

    // Refused connections are not lost ones: the caller backs off (C15).
    private static bool IsLostConnection(HttpRequestException e) =>
        e.HttpRequestError is HttpRequestError.ResponseEnded or HttpRequestError.HttpProtocolError
        || e.InnerException
            is SocketException { SocketErrorCode: SocketError.ConnectionReset }
                or IOException
                {
                    InnerException: SocketException { SocketErrorCode: SocketError.ConnectionReset },
                };
}
