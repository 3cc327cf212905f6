using System.Security.Cryptography;
using LlmOperator.Storm.Nodes;
using LlmOperator.Testing.Gguf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace LlmOperator.Storm.Fleet;

/// <summary>Serves the models by range on loopback. Headers come at once; a pull takes some seconds, as pulls do.</summary>
internal sealed class ModelFileServer : IAsyncDisposable
{
    private const int PullParts = 6;
    private static readonly TimeSpan s_perPart = TimeSpan.FromMilliseconds(500);
    private readonly WebApplication _app;
    private readonly Dictionary<string, byte[]> _files = [];
    private long _requests;
    private long _pulls;

    private ModelFileServer()
    {
        foreach ((string name, ModelShape shape) in StormModels.Shapes)
        {
            _files[name] = ModelShapes.Builder(shape, new Random(name.Length)).Build();
        }

        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapMethods("/{shape}/{model}.gguf", ["GET", "HEAD"], AnswerAsync);
    }

    /// <summary>Requests of inspections and of pulls.</summary>
    public (long Inspections, long Pulls) Requests =>
        (Volatile.Read(ref _requests) - Volatile.Read(ref _pulls), Volatile.Read(ref _pulls));

    public static async Task<ModelFileServer> StartAsync(CancellationToken cancellationToken)
    {
        ModelFileServer server = new();
        await server._app.StartAsync(cancellationToken);
        return server;
    }

    public string UrlOf(string shape, int model) =>
        _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()
        + $"/{shape}/{model}.gguf";

    public string DigestOf(string shape) => Convert.ToHexStringLower(SHA256.HashData(_files[shape]));

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context, string shape)
    {
        Interlocked.Increment(ref _requests);
        byte[] file = _files[shape];
        IResult result = Microsoft.AspNetCore.Http.Results.File(
            file,
            "application/octet-stream",
            enableRangeProcessing: true,
            entityTag: new EntityTagHeaderValue($"\"{shape}\"")
        );
        bool isPull = context.Request.Headers.UserAgent == NodesProgram.PullUserAgent;
        if (isPull && context.Request.GetTypedHeaders().Range?.Ranges.FirstOrDefault()?.To is not 0)
        {
            Interlocked.Increment(ref _pulls);
            context.Response.Body = new SlowStream(context.Response.Body, file.Length / PullParts, s_perPart);
        }

        await result.ExecuteAsync(context);
    }
}
