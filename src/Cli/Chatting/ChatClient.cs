using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using LlmOperator.Kubernetes.Serialization;

namespace LlmOperator.Cli.Chatting;

/// <summary>Streams chat completions from the router.</summary>
/// <param name="http">HTTP client; not disposed.</param>
/// <param name="router">Base URL of the router.</param>
/// <param name="apiKey">API key; null where none is needed.</param>
internal sealed class ChatClient(HttpClient http, Uri router, string? apiKey)
{
    private const string Data = "data:";
    private const string Done = "[DONE]";

    /// <summary>Pieces of the answer as they come.</summary>
    /// <exception cref="CliException">The router refused, or the stream broke: the answer is not whole.</exception>
    public async IAsyncEnumerable<string> AskAsync(
        string model,
        IReadOnlyList<ChatMessage> messages,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        using HttpResponseMessage response = await SendAsync(model, messages, cancellationToken);
        await using Stream body = await response.Content.ReadAsStreamAsync(cancellationToken);
        using StreamReader reader = new(body);
        bool done = false;
        while (await ReadLineAsync(reader, cancellationToken) is { } line)
        {
            // One event, for example: data: {"choices":[{"delta":{"content":"Hello"}}]}
            if (!line.StartsWith(Data, StringComparison.Ordinal))
            {
                continue;
            }

            string text = line[Data.Length..].Trim();
            if (text == Done)
            {
                done = true;
                break;
            }

            JsonNode? chunk = JsonNode.Parse(text);
            if (chunk?["error"] is JsonNode error)
            {
                throw new CliException($"The answer broke off: {(string?)error["message"]}");
            }

            if (Piece(chunk?["choices"]?.AsArray().FirstOrDefault()?["delta"]) is { Length: > 0 } piece)
            {
                yield return piece;
            }
        }

        if (!done)
        {
            throw new CliException("The answer broke off before its end; ask again.");
        }
    }

    private static string? Piece(JsonNode? delta)
    {
        if ((string?)delta?["content"] is { } content)
        {
            return content;
        }

        JsonNode? function = delta?["tool_calls"]?.AsArray().FirstOrDefault()?["function"];
        return function is null ? null : $"{(string?)function["name"]}{(string?)function["arguments"]}";
    }

    private static async Task<string?> ReadLineAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadLineAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw new CliException($"The answer broke off: {e.Message}");
        }
    }

    private async Task<HttpResponseMessage> SendAsync(
        string model,
        IReadOnlyList<ChatMessage> messages,
        CancellationToken cancellationToken
    )
    {
        JsonObject body = new()
        {
            ["model"] = model,
            ["stream"] = true,
            ["messages"] = new JsonArray([
                .. messages.Select(m => new JsonObject { ["role"] = m.Role, ["content"] = m.Content }),
            ]),
        };
        using HttpRequestMessage request = new(HttpMethod.Post, new Uri(router, "/v1/chat/completions"))
        {
            Content = new ByteArrayContent(KubernetesJson.ToUtf8(body)),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (apiKey is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", apiKey);
        }

        HttpResponseMessage response;
        try
        {
            response = await http.SendAsync(
                request,
                HttpCompletionOption.ResponseHeadersRead,
                cancellationToken
            );
        }
        catch (HttpRequestException e)
        {
            throw new CliException(
                $"The router at {router} cannot be reached ({e.Message}); is `llmop up` running?"
            );
        }

        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            string text = await response.Content.ReadAsStringAsync(cancellationToken);
            throw new CliException(ErrorOf(text) ?? $"The router answered {(int)response.StatusCode}.");
        }
    }

    private static string? ErrorOf(string body)
    {
        try
        {
            return (string?)JsonNode.Parse(body)?["error"]?["message"];
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
