using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace LlmOperator.Distribution;

/// <summary>
/// The origin: <c>/model.gguf</c> by range, <c>/given</c> for the bytes that it gave, <c>/begun</c> for when it gave a node
/// its first ones, <c>/requests</c> for how often nodes asked, and <c>/die</c>, after which it cuts every connection.
/// </summary>
internal static class SourceProgram
{
    private const int ChunkBytes = 256 << 10;
    private static long s_given;
    private static long s_begun;
    private static long s_requests;
    private static volatile bool s_isDead;

    public static async Task RunAsync(string file, CancellationToken cancellationToken)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://{Network.SourceAddress}:{Network.SourcePort}");
        await using WebApplication app = builder.Build();
        app.MapGet("/model.gguf", context => GiveAsync(context, file));
        app.MapGet("/given", () => Volatile.Read(ref s_given).ToString(CultureInfo.InvariantCulture));
        app.MapGet("/begun", () => Volatile.Read(ref s_begun).ToString(CultureInfo.InvariantCulture));
        app.MapGet("/requests", () => Volatile.Read(ref s_requests).ToString(CultureInfo.InvariantCulture));
        app.MapGet(
            "/die",
            () =>
            {
                s_isDead = true;
                return "dead";
            }
        );
        await app.StartAsync(cancellationToken);
        await Task.Delay(Timeout.Infinite, cancellationToken).ContinueWith(_ => { }, TaskScheduler.Default);
    }

    private static async Task GiveAsync(HttpContext context, string path)
    {
        await using FileStream file = File.OpenRead(path);
        RangeItemHeaderValue? range = context.Request.GetTypedHeaders().Range?.Ranges.FirstOrDefault();
        long from = range?.From ?? 0;
        long to = Math.Min(range?.To ?? file.Length - 1, file.Length - 1);
        context.Response.StatusCode = range is null ? 200 : 206;
        context.Response.ContentLength = to - from + 1;
        context.Response.Headers.ETag = "\"one\"";
        context.Response.Headers.AcceptRanges = "bytes";
        if (range is not null)
        {
            context.Response.GetTypedHeaders().ContentRange = new ContentRangeHeaderValue(
                from,
                to,
                file.Length
            );
        }

        // The operator reads the header from the hub before a node is told to pull.
        if (context.Connection.RemoteIpAddress?.MapToIPv4().ToString() != Network.Hub)
        {
            Interlocked.Increment(ref s_requests);
            Interlocked.CompareExchange(
                ref s_begun,
                TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(),
                0
            );
        }

        file.Position = from;
        byte[] buffer = new byte[ChunkBytes];
        for (long left = to - from + 1; left > 0; )
        {
            if (s_isDead)
            {
                context.Abort();
                return;
            }

            int read = await file.ReadAsync(
                buffer.AsMemory(0, (int)Math.Min(ChunkBytes, left)),
                context.RequestAborted
            );
            await context.Response.Body.WriteAsync(buffer.AsMemory(0, read), context.RequestAborted);
            Interlocked.Add(ref s_given, read);
            left -= read;
        }
    }
}
