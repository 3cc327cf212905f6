using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Errors;
using LlmOperator.Kubernetes.Serialization;

namespace LlmOperator.Cli.Getting;

/// <summary>Requests for kinds that are known at run time only.</summary>
internal static class RawRequests
{
    /// <summary>Reads a document.</summary>
    /// <exception cref="KubernetesApiException">The server refused.</exception>
    public static Task<JsonObject> GetAsync(
        IKubernetesClient client,
        string path,
        string? accept,
        CancellationToken cancellationToken
    )
    {
        HttpRequestMessage request = new(HttpMethod.Get, new Uri(path, UriKind.Relative));
        request.Headers.Accept.ParseAdd(accept ?? "application/json");
        return SendAsync(client, request, cancellationToken);
    }

    /// <summary>Sends a document.</summary>
    /// <exception cref="KubernetesApiException">The server refused.</exception>
    public static Task<JsonObject> SendAsync(
        IKubernetesClient client,
        HttpMethod method,
        string path,
        JsonObject? body,
        string contentType,
        CancellationToken cancellationToken
    )
    {
        HttpRequestMessage request = new(method, new Uri(path, UriKind.Relative));
        if (body is not null)
        {
            request.Content = new ByteArrayContent(KubernetesJson.ToUtf8(body));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        }

        return SendAsync(client, request, cancellationToken);
    }

    private static async Task<JsonObject> SendAsync(
        IKubernetesClient client,
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        using (request)
        using (HttpResponseMessage response = await client.SendAsync(request, cancellationToken))
        {
            byte[] body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            if (response.IsSuccessStatusCode)
            {
                return JsonNode.Parse(body) as JsonObject
                    ?? throw new CliException($"{request.RequestUri} did not answer with a JSON object.");
            }

            throw new KubernetesApiException(ReadStatus(body, (int)response.StatusCode));
        }
    }

    private static KubernetesStatus ReadStatus(byte[] body, int code)
    {
        try
        {
            return KubernetesJson.Read<KubernetesStatus>(body);
        }
        catch (JsonException)
        {
            return new KubernetesStatus { Code = code, Message = $"The API server answered {code}." };
        }
    }
}
