using System.Text.Json;
using LlmOperator.Kubernetes.Serialization;
using LlmOperator.Kubernetes.Transport;

namespace LlmOperator.Kubernetes.Client;

/// <summary>Sends requests with a deadline, and turns what goes wrong into the errors that a caller knows.</summary>
/// <param name="transport">HTTP stack.</param>
/// <param name="timeout">Deadline of a call.</param>
/// <param name="time">Clock of the deadline.</param>
internal sealed class DeadlineSender(KubernetesTransport transport, TimeSpan timeout, TimeProvider time)
{
    /// <summary>Sends a call and reads its answer within one deadline.</summary>
    public async Task<TResult> CallAsync<TResult>(
        HttpMethod method,
        Uri uri,
        HttpContent? body,
        CancellationToken cancellationToken
    )
    {
        using HttpRequestMessage request = new(method, uri) { Content = body };
        using CancellationTokenSource deadline = new(timeout, time);
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(
            cancellationToken,
            deadline.Token
        );
        try
        {
            using HttpResponseMessage response = await transport.SendAsync(request, both.Token);
            if (!response.IsSuccessStatusCode)
            {
                throw await ErrorReader.ReadAsync(response, both.Token);
            }

            await using Stream stream = await response.Content.ReadAsStreamAsync(both.Token);
            return await JsonSerializer.DeserializeAsync<TResult>(stream, KubernetesJson.Options, both.Token)
                ?? throw new JsonException("The answer is null.");
        }
        catch (JsonException e)
        {
            throw new HttpRequestException($"{method} {uri}: the answer is not what was asked for.", e);
        }
        catch (IOException e)
        {
            throw new HttpRequestException($"{method} {uri}: the connection was lost.", e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw TimedOut(method, uri, e);
        }
    }

    /// <summary>For calls whose body may be long (a watch) or does not matter: the deadline is that of the headers.</summary>
    public async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        using CancellationTokenSource deadline = new(timeout, time);
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(
            cancellationToken,
            deadline.Token
        );
        Uri uri = request.RequestUri!;
        try
        {
            return await transport.SendAsync(request, both.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw TimedOut(request.Method, uri, e);
        }
    }

    private HttpRequestException TimedOut(HttpMethod method, Uri uri, Exception cause) =>
        new(
            $"{method} {uri}: no answer within {timeout.TotalSeconds} seconds.",
            new TimeoutException(cause.Message, cause)
        );
}
