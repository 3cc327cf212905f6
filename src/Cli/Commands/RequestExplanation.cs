using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using LlmOperator.Cli.Routing;
using LlmOperator.Kubernetes.Serialization;

namespace LlmOperator.Cli.Commands;

/// <summary><c>llmop explain request ID</c>: asks the router why a request went where it went.</summary>
internal static class RequestExplanation
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(30);

    /// <summary>The explanation.</summary>
    /// <param name="router">Base URL of the router.</param>
    /// <param name="id">The request's id, from the response header <c>x-request-id</c>.</param>
    /// <param name="asJson">Whether the router's JSON is wanted as it is.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="CliException">The router cannot be reached, or does not know the request.</exception>
    public static async Task<string> AskAsync(
        Uri router,
        string id,
        bool asJson,
        CancellationToken cancellationToken
    )
    {
        using HttpClient http = new() { Timeout = s_timeout };
        using HttpRequestMessage request = new(
            HttpMethod.Get,
            new Uri(router, "/router/decisions/" + Uri.EscapeDataString(id))
        );
        if (Environment.GetEnvironmentVariable("LLMOP_API_KEY") is { Length: > 0 } key)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        try
        {
            using HttpResponseMessage response = await http.SendAsync(request, cancellationToken);
            string text = await response.Content.ReadAsStringAsync(cancellationToken);
            JsonObject? body = JsonNode.Parse(text) as JsonObject;
            if (!response.IsSuccessStatusCode || body is null)
            {
                throw new CliException(
                    (string?)body?["error"]?["message"] ?? $"The router answered {(int)response.StatusCode}."
                );
            }

            return asJson ? KubernetesJson.ToText(body) + "\n" : DecisionReport.Write(body);
        }
        catch (Exception e) when (e is HttpRequestException or JsonException)
        {
            throw new CliException(
                $"The router at {router} cannot be asked ({e.Message}); is `llmop up` running?"
            );
        }
    }
}
