using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmOperator.Engines.Ollama;

/// <summary>
/// A running Ollama server. It keeps its own store and decides its own offload; models are loaded with the context
/// that was planned and stay until they are stopped.
/// </summary>
public sealed class OllamaEngine : IEngine
{
    private readonly RemoteServer _server;
    private readonly TimeProvider _time;

    /// <summary>Uses the server at <paramref name="address"/>, such as <c>http://127.0.0.1:11434</c>.</summary>
    public OllamaEngine(Uri address, TimeProvider time)
    {
        _server = new RemoteServer("The Ollama server", address, apiKey: null, "api/version");
        _time = time;
    }

    /// <inheritdoc/>
    public string Name => $"ollama {_server.Address}";

    /// <inheritdoc/>
    public EngineKind Kind => EngineKind.Ollama;

    /// <inheritdoc/>
    public async Task<EngineProbe> ProbeAsync(CancellationToken cancellationToken)
    {
        using HttpClient client = _server.CreateClient();
        JsonNode version = await GetAsync(client, "api/version", cancellationToken);
        return new EngineProbe
        {
            Kind = Kind,
            Version = (string?)version["version"] ?? "",
            Models = await TagsAsync(client, cancellationToken),
        };
    }

    /// <inheritdoc/>
    public async Task<IEngineInstance> StartAsync(EngineLaunch launch, CancellationToken cancellationToken)
    {
        HttpClient client = _server.CreateClient();
        try
        {
            IReadOnlyList<string> tags = await TagsAsync(client, cancellationToken);
            if (!tags.Contains(WithTag(launch.Model)))
            {
                await PullAsync(client, launch.Model, cancellationToken);
            }

            await LoadAsync(client, launch, cancellationToken);
            return new RemoteInstance(
                _server,
                client,
                launch.Model,
                _time,
                (sender, token) => UnloadAsync(sender, launch.Model, token)
            );
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    // Ollama lists a model without a tag as model:latest.
    private static string WithTag(string model) =>
        model.LastIndexOf(':') > model.LastIndexOf('/') ? model : model + ":latest";

    private static JsonObject Options(EngineLaunch launch)
    {
        JsonObject options = new()
        {
            ["num_ctx"] = launch.Load.CellsPerSequence,
            ["num_batch"] = launch.Load.MicroBatch,
        };
        if (launch.Load.GpuLayers is { } layers)
        {
            options["num_gpu"] = layers;
        }

        if (launch.Threads is { } threads)
        {
            options["num_thread"] = threads;
        }

        return options;
    }

    private static async Task UnloadAsync(
        HttpClient client,
        string model,
        CancellationToken cancellationToken
    )
    {
        using HttpResponseMessage response = await client.PostAsJsonAsync(
            "api/generate",
            new { model, keep_alive = 0 },
            cancellationToken
        );
    }

    private static async Task LoadAsync(
        HttpClient client,
        EngineLaunch launch,
        CancellationToken cancellationToken
    )
    {
        JsonObject request = new()
        {
            ["model"] = launch.Model,
            ["keep_alive"] = -1,
            ["stream"] = false,
            ["options"] = Options(launch),
        };
        using HttpResponseMessage response = await client.PostAsJsonAsync(
            launch.Embeddings ? "api/embed" : "api/generate",
            request,
            cancellationToken
        );
        if (!response.IsSuccessStatusCode)
        {
            throw new EngineException(
                EngineFailure.ModelRejected,
                $"Ollama did not load '{launch.Model}': {await ErrorAsync(response, cancellationToken)}."
            );
        }
    }

    private static async Task<string> ErrorAsync(
        HttpResponseMessage response,
        CancellationToken cancellationToken
    )
    {
        string body = await response.Content.ReadAsStringAsync(cancellationToken);
        try
        {
            return (string?)JsonNode.Parse(body)?["error"] ?? $"status {(int)response.StatusCode}";
        }
        catch (JsonException)
        {
            return $"status {(int)response.StatusCode}";
        }
    }

    // One JSON object a line; the last is {"status":"success"} or {"error":"..."}.
    private static async Task PullAsync(HttpClient client, string model, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, "api/pull")
        {
            Content = JsonContent.Create(new { model, stream = true }),
        };
        using HttpResponseMessage response = await client.SendAsync(
            request,
            HttpCompletionOption.ResponseHeadersRead,
            cancellationToken
        );
        string error = response.IsSuccessStatusCode
            ? "the pull ended early"
            : await ErrorAsync(response, cancellationToken);
        if (response.IsSuccessStatusCode)
        {
            using StreamReader reader = new(await response.Content.ReadAsStreamAsync(cancellationToken));
            while (await reader.ReadLineAsync(cancellationToken) is { } line)
            {
                JsonNode? progress = JsonNode.Parse(line);
                if (string.Equals((string?)progress?["status"], "success", StringComparison.Ordinal))
                {
                    return;
                }

                error = (string?)progress?["error"] ?? error;
            }
        }

        throw new EngineException(EngineFailure.ModelRejected, $"Ollama could not pull '{model}': {error}.");
    }

    private async Task<IReadOnlyList<string>> TagsAsync(
        HttpClient client,
        CancellationToken cancellationToken
    )
    {
        JsonNode tags = await GetAsync(client, "api/tags", cancellationToken);
        return [.. (tags["models"] as JsonArray ?? []).Select(model => (string?)model?["name"] ?? "")];
    }

    private async Task<JsonNode> GetAsync(HttpClient client, string path, CancellationToken cancellationToken)
    {
        try
        {
            return await client.GetFromJsonAsync<JsonNode>(path, cancellationToken)
                ?? throw _server.Unreachable();
        }
        catch (Exception error) when (error is HttpRequestException or JsonException)
        {
            throw _server.Unreachable(error);
        }
    }
}
