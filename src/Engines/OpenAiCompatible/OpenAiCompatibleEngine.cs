using System.Text.Json;

namespace LlmOperator.Engines.OpenAiCompatible;

/// <summary>Any running server that speaks the OpenAI API. Which models it holds in memory is its own affair.</summary>
public sealed class OpenAiCompatibleEngine : IEngine
{
    private const string ModelsPath = "v1/models";
    private readonly RemoteServer _server;
    private readonly TimeProvider _time;

    /// <summary>Uses the server at <paramref name="address"/>, with or without a trailing <c>/v1</c>.</summary>
    public OpenAiCompatibleEngine(Uri address, string? apiKey, TimeProvider time)
    {
        _server = new RemoteServer("The OpenAI-compatible server", address, apiKey, ModelsPath);
        _time = time;
    }

    /// <inheritdoc/>
    public string Name => $"openai-compatible {_server.Address}";

    /// <inheritdoc/>
    public EngineKind Kind => EngineKind.OpenAICompatible;

    /// <inheritdoc/>
    public async Task<EngineProbe> ProbeAsync(CancellationToken cancellationToken)
    {
        using HttpClient client = _server.CreateClient();
        return new EngineProbe
        {
            Kind = Kind,
            Version = "",
            Models = await ModelsAsync(client, cancellationToken),
        };
    }

    /// <inheritdoc/>
    public async Task<IEngineInstance> StartAsync(EngineLaunch launch, CancellationToken cancellationToken)
    {
        HttpClient client = _server.CreateClient();
        try
        {
            IReadOnlyList<string> models = await ModelsAsync(client, cancellationToken);
            if (!models.Contains(launch.Model))
            {
                throw new EngineException(
                    EngineFailure.ModelRejected,
                    $"The server at {_server.Address} does not offer '{launch.Model}'; it offers {string.Join(", ", models)}."
                );
            }

            return new RemoteInstance(_server, client, launch.Model, _time, (_, _) => Task.CompletedTask);
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    private async Task<IReadOnlyList<string>> ModelsAsync(
        HttpClient client,
        CancellationToken cancellationToken
    )
    {
        try
        {
            // {"object":"list","data":[{"id":"qwen","object":"model"}]}
            using HttpResponseMessage response = await client.GetAsync(ModelsPath, cancellationToken);
            response.EnsureSuccessStatusCode();
            using JsonDocument answer = await JsonDocument.ParseAsync(
                await response.Content.ReadAsStreamAsync(cancellationToken),
                cancellationToken: cancellationToken
            );
            return
            [
                .. answer
                    .RootElement.GetProperty("data")
                    .EnumerateArray()
                    .Select(model => model.GetProperty("id").GetString() ?? ""),
            ];
        }
        catch (Exception error)
            when (error
                    is HttpRequestException
                        or JsonException
                        or KeyNotFoundException
                        or InvalidOperationException
            )
        {
            throw _server.Unreachable(error);
        }
    }
}
