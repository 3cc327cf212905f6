using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LlmOperator.Engines.Tests;

/// <summary>The part of Ollama's API that the engine uses, over real HTTP.</summary>
internal sealed class OllamaStandIn : IAsyncDisposable
{
    private readonly WebApplication _app;

    private OllamaStandIn(WebApplication app)
    {
        _app = app;
    }

    public Uri Address => new(_app.Urls.First());

    public ConcurrentDictionary<string, bool> Models { get; } = new();

    public ConcurrentQueue<(string Path, JsonNode? Body)> Requests { get; } = new();

    /// <summary>Names that can be pulled.</summary>
    public ConcurrentBag<string> Library { get; } = [];

    /// <summary>While true a request to load or unload gets no answer.</summary>
    public bool Hangs { get; set; }

    public string? LastAuthorization { get; private set; }

    public static async Task<OllamaStandIn> StartAsync(CancellationToken cancellationToken)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0));
        OllamaStandIn standIn = new(builder.Build());
        standIn._app.Run(standIn.HandleAsync);
        await standIn._app.StartAsync(cancellationToken);
        return standIn;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task HandleAsync(HttpContext context)
    {
        LastAuthorization = context.Request.Headers.Authorization;
        JsonNode? body = HttpMethods.IsPost(context.Request.Method)
            ? await JsonNode.ParseAsync(context.Request.Body)
            : null;
        string path = context.Request.Path.Value ?? "";
        Requests.Enqueue((path, body));
        string model = (string?)body?["model"] ?? "";
        if (Hangs && path is "/api/generate")
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted)
                .ContinueWith(_ => { }, TaskScheduler.Default);
            return;
        }

        switch (path)
        {
            case "/api/version":
                await context.Response.WriteAsync("""{"version":"0.17.1"}""");
                break;
            case "/api/tags":
                await context.Response.WriteAsJsonAsync(
                    new { models = Models.Keys.Select(name => new { name }) }
                );
                break;
            case "/v1/models":
                await context.Response.WriteAsJsonAsync(new { data = Models.Keys.Select(id => new { id }) });
                break;
            case "/api/pull":
                await PullAsync(context, model);
                break;
            case "/api/generate" when Models.ContainsKey(model):
                await context.Response.WriteAsync("""{"done":true}""");
                break;
            default:
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                await context.Response.WriteAsJsonAsync(new { error = $"model '{model}' not found" });
                break;
        }
    }

    private async Task PullAsync(HttpContext context, string model)
    {
        await context.Response.WriteAsync("{\"status\":\"pulling manifest\"}\n");
        if (Library.Contains(model))
        {
            Models[model] = true;
            await context.Response.WriteAsync("{\"status\":\"success\"}\n");
        }
        else
        {
            await context.Response.WriteAsync("{\"error\":\"pull model manifest: file does not exist\"}\n");
        }
    }
}
