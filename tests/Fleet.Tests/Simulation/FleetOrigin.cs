using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using LlmOperator.Models.Sources;
using LlmOperator.Testing.Gguf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace LlmOperator.Fleet.Tests.Simulation;

/// <summary>Serves models by range over one uplink, and counts for each what agents asked for and what it gave them.</summary>
internal sealed class FleetOrigin : IAsyncDisposable
{
    /// <summary>User agent of the nodes' pulls: the operator's reading of headers is told apart.</summary>
    public const string PullUserAgent = "llmop-fleet-pull";

    private const int ChunkBytes = 16 << 10;
    private readonly WebApplication _app;
    private readonly int _bytesPerSecond;
    private readonly SemaphoreSlim _uplink = new(1);
    private readonly byte[][] _models;
    private readonly ConcurrentDictionary<int, int> _requests = new();
    private readonly ConcurrentDictionary<int, int> _inspections = new();
    private readonly ConcurrentDictionary<int, long> _given = new();

    private FleetOrigin(int models, int bytesPerSecond)
    {
        _bytesPerSecond = bytesPerSecond;
        _models = [.. Enumerable.Range(1, models).Select(seed => ModelShapes.TinyLlama(seed))];
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapMethods("/{model:int}.gguf", ["GET", "HEAD"], GiveAsync);
    }

    public int Models => _models.Length;

    public static async Task<FleetOrigin> StartAsync(
        int models,
        int bytesPerSecond,
        CancellationToken cancellationToken
    )
    {
        FleetOrigin origin = new(models, bytesPerSecond);
        await origin._app.StartAsync(cancellationToken);
        return origin;
    }

    public string UrlOf(int model) =>
        string.Create(CultureInfo.InvariantCulture, $"{_app.Urls.First()}/{model}.gguf");

    public ModelDigest DigestOf(int model) => ModelDigest.FromHash(SHA256.HashData(_models[model]));

    public long SizeOf(int model) => _models[model].Length;

    /// <summary>Requests of all agents for a model.</summary>
    public int RequestsOf(int model) => _requests.GetValueOrDefault(model);

    /// <summary>Requests of the operator, which reads the header.</summary>
    public int InspectionsOf(int model) => _inspections.GetValueOrDefault(model);

    /// <summary>Bytes of a model that agents were given.</summary>
    public long GivenOf(int model) => _given.GetValueOrDefault(model);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
        _uplink.Dispose();
    }

    private async Task GiveAsync(HttpContext context, int model)
    {
        byte[] content = _models[model];
        bool isPull = context.Request.Headers.UserAgent == PullUserAgent;
        (isPull ? _requests : _inspections).AddOrUpdate(model, 1, (_, count) => count + 1);
        RangeItemHeaderValue? range = context.Request.GetTypedHeaders().Range?.Ranges.FirstOrDefault();
        long from = range?.From ?? 0;
        long to = Math.Min(range?.To ?? content.Length - 1, content.Length - 1);
        HttpResponse response = context.Response;
        response.StatusCode = range is null ? 200 : 206;
        response.ContentLength = to - from + 1;
        response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{model}\"");
        response.Headers.AcceptRanges = "bytes";
        if (range is not null)
        {
            response.GetTypedHeaders().ContentRange = new ContentRangeHeaderValue(from, to, content.Length);
        }

        if (HttpMethods.IsHead(context.Request.Method))
        {
            return;
        }

        for (long at = from; at <= to; )
        {
            int count = (int)Math.Min(ChunkBytes, to - at + 1);
            if (isPull)
            {
                await TakeTurnAsync(count, context.RequestAborted);
                _given.AddOrUpdate(model, count, (_, given) => given + count);
            }

            await response.Body.WriteAsync(content.AsMemory((int)at, count), context.RequestAborted);
            at += count;
        }
    }

    private async Task TakeTurnAsync(int bytes, CancellationToken cancellationToken)
    {
        await _uplink.WaitAsync(cancellationToken);
        try
        {
            await Task.Delay(TimeSpan.FromSeconds(bytes / (double)_bytesPerSecond), cancellationToken);
        }
        finally
        {
            _uplink.Release();
        }
    }
}
