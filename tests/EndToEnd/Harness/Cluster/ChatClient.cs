using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace LlmOperator.EndToEnd.Harness.Cluster;

/// <summary>A client of the router on this machine.</summary>
internal sealed class ChatClient : IDisposable
{
    private readonly HttpClient _http;

    public ChatClient(Uri router)
    {
        _http = new HttpClient(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(5) })
        {
            BaseAddress = router,
            Timeout = TimeSpan.FromSeconds(60),
        };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Installation.Key);
    }

    public static object Request(string question, bool stream, int maxTokens) =>
        new
        {
            model = $"{Installation.Model.Namespace}/{Installation.Model.Name}",
            stream,
            temperature = 0,
            max_tokens = maxTokens,
            messages = new[] { new { role = "user", content = question } },
        };

    /// <summary>The whole answer; throws when there is none.</summary>
    public async Task<string> AskAsync(string question, int maxTokens, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await _http.PostAsJsonAsync(
            "v1/chat/completions",
            Request(question, stream: false, maxTokens),
            cancellationToken
        );
        string body = await response.Content.ReadAsStringAsync(cancellationToken);
        return response.IsSuccessStatusCode
            ? (string?)JsonNode.Parse(body)!["choices"]![0]!["message"]!["content"] ?? ""
            : throw new HttpRequestException($"{(int)response.StatusCode} {body}");
    }

    /// <summary>Streams an answer.</summary>
    /// <param name="onFrame">Called with the node that answers and the number of each event.</param>
    public async Task<StreamEnd> StreamAsync(
        string question,
        int maxTokens,
        Func<string, int, Task> onFrame,
        CancellationToken cancellationToken
    )
    {
        using HttpRequestMessage request = new(HttpMethod.Post, "v1/chat/completions")
        {
            Content = JsonContent.Create(Request(question, stream: true, maxTokens)),
        };
        using HttpResponseMessage response = await _http.SendAsync(
            request,
            HttpCompletionOption.ResponseHeadersRead,
            cancellationToken
        );
        if (!response.IsSuccessStatusCode)
        {
            throw new HttpRequestException(
                $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync(cancellationToken)}"
            );
        }

        string route = response.Headers.GetValues("x-llm-route").Single();
        string node = route.Split("node=")[1].Split(';')[0];
        using StreamReader reader = new(await response.Content.ReadAsStreamAsync(cancellationToken));
        int frames = 0;
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.StartsWith("data: [DONE]", StringComparison.Ordinal))
            {
                return StreamEnd.Whole;
            }

            if (line.StartsWith("data: {\"error\"", StringComparison.Ordinal))
            {
                return StreamEnd.Error;
            }

            if (line.StartsWith("data:", StringComparison.Ordinal))
            {
                await onFrame(node, ++frames);
            }
        }

        return StreamEnd.SilentCut;
    }

    public void Dispose() => _http.Dispose();
}
