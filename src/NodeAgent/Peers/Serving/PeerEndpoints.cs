using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Peers.Authentication;
using LlmOperator.NodeAgent.Serving;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace LlmOperator.NodeAgent.Peers.Serving;

/// <summary>
/// <c>GET|HEAD /v1/blobs/sha256:HEX</c> (with a range) and <c>GET /v1/blobs/sha256:HEX/units</c>, for agents of other
/// nodes: both sides prove that they know the serving token. Only bytes that were verified are given.
/// </summary>
internal sealed partial class PeerEndpoints(
    IPeerBlobs blobs,
    PeerKey key,
    PeerVerifier verifier,
    PeerAccess access,
    UploadLimits limits,
    TimeProvider time,
    ILogger<PeerEndpoints> logger
)
{
    /// <summary>Where the paths begin that have their own authentication.</summary>
    public const string Prefix = "/v1/blobs";

    private const int ChunkBytes = 256 << 10;
    private static readonly TimeSpan s_newsTick = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(1);
    private readonly ILogger _logger = logger;

    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapMethods(
            Prefix + "/{digest}",
            ["GET", "HEAD"],
            context => AnswerAsync(context, GiveAsync)
        );
        endpoints.MapGet(Prefix + "/{digest}/units", context => AnswerAsync(context, ListAsync));
    }

    private async Task AnswerAsync(HttpContext context, Func<HttpContext, IPeerBlob, string, Task> answer)
    {
        HttpRequest request = context.Request;
        PeerVerdict verdict = verifier.Verify(
            request.Headers.Authorization,
            request.Method,
            context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget,
            request.Headers.Range.ToString()
        );
        if (verdict is not PeerVerdict.Accepted accepted)
        {
            PeerVerdict.Refused refused = (PeerVerdict.Refused)verdict;
            LogRefused(request.Path, refused.Message);
            await RefuseAsync(
                context,
                new ServingError(refused.Status, refused.Code, refused.Message),
                refused.Mac
            );
            return;
        }

        if (
            !ModelDigest.TryParse((string?)request.RouteValues["digest"], out ModelDigest digest)
            || blobs.Open(digest) is not { } blob
        )
        {
            await RefuseAsync(
                context,
                new ServingError(404, "blob_not_found", "The file is not on this node."),
                accepted.Mac
            );
            return;
        }

        using (blob)
        {
            if (await access.RefuseAsync(digest, accepted.Claim, context.RequestAborted) is { } why)
            {
                LogRefused(request.Path, why);
                await RefuseAsync(context, new ServingError(403, "private", why), accepted.Mac);
                return;
            }

            await answer(context, blob, accepted.Mac);
        }
    }

    private async Task ListAsync(HttpContext context, IPeerBlob blob, string mac)
    {
        UnitsQuestion question = UnitsQuestion.Read(context.Request.Query);
        long start = time.GetTimestamp();
        // What is verified is told at once, and nobody has to ask again and again for nothing.
        while (
            PeerUnits.CountOf(blob) is var count
            && count == question.Known
            && !PeerUnits.IsAll(blob, count)
            && time.GetElapsedTime(start) < question.Wait
        )
        {
            await Task.Delay(s_newsTick, time, context.RequestAborted);
        }

        PeerUnits units = PeerUnits.Of(blob, question);
        // Units come and do not go: as many as last time are the same ones. Digests may come later.
        bool isKnown = question.Known > 0 && question.Known == units.HaveCount && units.Digests is null;
        await (
            isKnown
                ? WriteAsync(context, StatusCodes.Status204NoContent, [], mac)
                : WriteAsync(
                    context,
                    StatusCodes.Status200OK,
                    JsonSerializer.SerializeToUtf8Bytes(units, JsonSerializerOptions.Web),
                    mac
                )
        );
    }

    private async Task GiveAsync(HttpContext context, IPeerBlob blob, string mac)
    {
        string header = context.Request.Headers.Range.ToString();
        if (
            (header.Length == 0 ? new ByteRange(0, blob.SizeBytes) : ByteRange.Read(header, blob.SizeBytes))
            is not { } range
        )
        {
            await RefuseAsync(
                context,
                new ServingError(416, "range", "The range must be bytes=FIRST-LAST within the file."),
                mac
            );
            return;
        }

        if (!IsHere(blob, range))
        {
            await RefuseAsync(
                context,
                new ServingError(404, "unit_not_found", "These bytes are not on this node yet."),
                mac
            );
            return;
        }

        if (!limits.TryBegin(out IDisposable? transfer))
        {
            await RefuseAsync(
                context,
                new ServingError(503, "busy", "As many peers as may be are being served.")
                {
                    RetryAfter = s_retry,
                },
                mac
            );
            return;
        }

        using (transfer)
        {
            PeerAnswer facts = new(
                header.Length == 0 ? StatusCodes.Status200OK : StatusCodes.Status206PartialContent,
                range.Length,
                header.Length == 0 ? "" : range.ContentRange(blob.SizeBytes),
                ""
            );
            HttpResponse response = context.Response;
            response.StatusCode = facts.Status;
            response.ContentType = "application/octet-stream";
            response.ContentLength = range.Length;
            response.Headers.AcceptRanges = "bytes";
            if (facts.ContentRange.Length > 0)
            {
                response.Headers.ContentRange = facts.ContentRange;
            }

            response.Headers[PeerAnswer.ProofHeader] = key.Sign(mac, facts);
            if (HttpMethods.IsGet(context.Request.Method))
            {
                await SendAsync(context, blob, range);
            }
        }
    }

    private async Task SendAsync(HttpContext context, IPeerBlob blob, ByteRange range)
    {
        CancellationToken aborted = context.RequestAborted;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            for (long sent = 0; sent < range.Length; )
            {
                int wanted = (int)Math.Min(ChunkBytes, range.Length - sent);
                int read = await blob.ReadAsync(range.Offset + sent, buffer.AsMemory(0, wanted), aborted);
                await limits.TakeAsync(read, aborted);
                await context.Response.Body.WriteAsync(buffer.AsMemory(0, read), aborted);
                sent += read;
            }
        }
        catch (Exception error) when (error is OperationCanceledException or IOException)
        {
            // The asker went, or the file did: what is missing of the announced length tells the asker.
            context.Abort();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static bool IsHere(IPeerBlob blob, ByteRange range)
    {
        for (
            long unit = range.Offset / blob.UnitBytes;
            unit * blob.UnitBytes < range.Offset + range.Length;
            unit++
        )
        {
            if (!blob.Has((int)unit))
            {
                return false;
            }
        }

        return true;
    }

    private Task RefuseAsync(HttpContext context, ServingError error, string? mac)
    {
        if (error.RetryAfter is { } delay)
        {
            context.Response.Headers.RetryAfter = ((int)Math.Ceiling(delay.TotalSeconds)).ToString();
        }

        return WriteAsync(context, error.Status, error.ToBytes(), mac);
    }

    private Task WriteAsync(HttpContext context, int status, byte[] body, string? mac)
    {
        HttpResponse response = context.Response;
        response.StatusCode = status;
        bool isHead = HttpMethods.IsHead(context.Request.Method);
        if (body.Length > 0)
        {
            response.ContentType = "application/json";
            response.ContentLength = body.Length;
        }

        if (mac is not null)
        {
            PeerAnswer facts = new(
                status,
                body.Length,
                "",
                isHead ? "" : Convert.ToHexStringLower(SHA256.HashData(body))
            );
            response.Headers[PeerAnswer.ProofHeader] = key.Sign(mac, facts);
        }

        return isHead || body.Length == 0
            ? Task.CompletedTask
            : response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }

    [LoggerMessage(LogLevel.Warning, "A peer's request for {Path} was refused: {Reason}")]
    private partial void LogRefused(string path, string reason);
}
