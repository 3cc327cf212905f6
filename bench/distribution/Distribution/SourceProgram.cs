using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace LlmOperator.Distribution;

/// <summary>
/// The origin: <c>/model.gguf</c> by range, <c>/given</c> for the bytes that it gave, and <c>/die</c>, after which it cuts
/// every connection.
/// </summary>
internal static class SourceProgram
{
    private const int ChunkBytes = 256 << 10;
    private static long s_given;
    private static volatile bool s_isDead;

    public static async Task RunAsync(string file, CancellationToken cancellationToken)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://{Network.SourceAddress}:{Network.SourcePort}");
        await using WebApplication app = builder.Build();
        app.MapGet("/model.gguf", context => GiveAsync(context, file));
        app.MapGet("/given", () => Volatile.Read(ref s_given).ToString(CultureInfo.InvariantCulture));
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
