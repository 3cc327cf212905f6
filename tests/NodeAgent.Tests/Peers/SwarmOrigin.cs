using System.Security.Cryptography;
using LlmOperator.Models.Sources;
using LlmOperator.Testing.Gguf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace LlmOperator.NodeAgent.Tests.Peers;

/// <summary>Serves one model by range at a rate, counts what it gave, and dies when it is told to.</summary>
internal sealed class SwarmOrigin : IAsyncDisposable
{
    private const int ChunkBytes = 16 << 10;
    private readonly WebApplication _app;
    private readonly int _bytesPerSecond;
    private readonly SemaphoreSlim _turn = new(1);
    private long _given;

    private SwarmOrigin(int bytesPerSecond)
    {
        _bytesPerSecond = bytesPerSecond;
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapGet("/model.gguf", GiveAsync);
    }

    /// <summary>A sound model of about two megabytes.</summary>
    public byte[] Content { get; } =
        ModelShapes.Builder(new ModelShape { Embedding = 128, FeedForward = 512 }, new Random(5)).Build();

    public ModelDigest Digest => ModelDigest.FromHash(SHA256.HashData(Content));

    public Uri Url => new(_app.Urls.First() + "/model.gguf");

    /// <summary>Bytes that it gave.</summary>
    public long Given => Volatile.Read(ref _given);

    /// <summary>It cuts connections and gives nothing any more.</summary>
    public volatile bool IsDead;

    public static async Task<SwarmOrigin> StartAsync(int bytesPerSecond)
    {
        SwarmOrigin origin = new(bytesPerSecond);
        await origin._app.StartAsync(TestContext.Current.CancellationToken);
        return origin;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
        _turn.Dispose();
    }

    private async Task GiveAsync(HttpContext context)
    {
        RangeItemHeaderValue? range = context.Request.GetTypedHeaders().Range?.Ranges.FirstOrDefault();
        long from = range?.From ?? 0;
        long to = Math.Min(range?.To ?? Content.Length - 1, Content.Length - 1);
        context.Response.StatusCode = range is null ? 200 : 206;
        context.Response.ContentLength = to - from + 1;
        context.Response.Headers.ETag = "\"one\"";
        context.Response.Headers.AcceptRanges = "bytes";
        if (range is not null)
        {
            context.Response.GetTypedHeaders().ContentRange = new ContentRangeHeaderValue(
                from,
                to,
                Content.Length
            );
        }

        for (long at = from; at <= to; )
        {
            int count = (int)Math.Min(ChunkBytes, to - at + 1);
            await _turn.WaitAsync(context.RequestAborted);
            try
            {
                // One uplink, whoever asks.
                await Task.Delay(
                    TimeSpan.FromSeconds(count / (double)_bytesPerSecond),
                    context.RequestAborted
                );
            }
            finally
            {
                _turn.Release();
            }

            if (IsDead)
            {
                context.Abort();
                return;
            }

            await context.Response.Body.WriteAsync(Content.AsMemory((int)at, count), context.RequestAborted);
            Interlocked.Add(ref _given, count);
            at += count;
        }
    }
}
