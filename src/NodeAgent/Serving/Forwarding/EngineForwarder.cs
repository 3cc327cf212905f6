using System.Buffers;
using System.Net;
using LlmOperator.NodeAgent.Replicas;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LlmOperator.NodeAgent.Serving.Forwarding;

/// <summary>
/// Sends a request on to an engine and the answer back as it comes. Until the first byte a failure is an error answer;
/// after it the connection is aborted, so that no cut answer looks like a whole one.
/// </summary>
internal sealed partial class EngineForwarder(ILogger<EngineForwarder> logger)
{
    private const int BufferBytes = 16 << 10;

    /// <summary>Forwards one request. Returns the bytes sent to the client and how it ended.</summary>
    public async Task<ForwardResult> ForwardAsync(
        HttpContext context,
        RequestLease lease,
        string replica,
        string path
    )
    {
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(
            context.RequestAborted,
            lease.EngineExited
        );
        using HttpRequestMessage request = RequestOf(context.Request, path);
        ResponseCopy copy = new(context.Response);
        try
        {
            using HttpResponseMessage response = await lease.Engine.Client.SendAsync(
                request,
                HttpCompletionOption.ResponseHeadersRead,
                either.Token
            );
            if (!HasFrame(response))
            {
                return await FailAsync(
                    context,
                    copy,
                    ServingError.EngineUnavailable("The engine sends answers without a length.")
                );
            }

            await copy.RunAsync(response, either.Token);
            return new ForwardResult(context.Response.StatusCode, copy.SentBytes);
        }
        catch (Exception exception)
            when (exception
                    is HttpRequestException
                        or IOException
                        or OperationCanceledException
                        or ObjectDisposedException
            )
        {
            if (context.RequestAborted.IsCancellationRequested)
            {
                return new ForwardResult(StatusCodes.Status499ClientClosedRequest, copy.SentBytes);
            }

            LogBroken(replica, path, exception.Message);
            return await FailAsync(context, copy, ErrorOf(request, lease));
        }
    }

    private static HttpRequestMessage RequestOf(HttpRequest source, string path)
    {
        HttpRequestMessage request = new(
            new HttpMethod(source.Method),
            new Uri(path + source.QueryString.ToUriComponent(), UriKind.Relative)
        );
        if (HttpMethods.IsPost(source.Method))
        {
            request.Content = new ClientBody(source);
        }

        HeaderRules.CopyRequest(source, request);
        return request;
    }

    // Without one, the end of a cut answer looks like that of a whole one.
    private static bool HasFrame(HttpResponseMessage response) =>
        response.Version.Major > 1
        || response.Headers.TransferEncodingChunked == true
        || response.Content.Headers.ContentLength is not null
        || response.StatusCode is HttpStatusCode.NoContent or HttpStatusCode.NotModified;

    private static ServingError ErrorOf(HttpRequestMessage request, RequestLease lease) =>
        (request.Content as ClientBody)?.Failure switch
        {
            { StatusCode: StatusCodes.Status413PayloadTooLarge } => ServingError.BodyTooLong,
            { } failure => new ServingError(failure.StatusCode, "invalid_request", failure.Message),
            null when lease.EngineExited.IsCancellationRequested => ServingError.EngineUnavailable(
                "The engine has ended; it is being started again."
            ),
            null => ServingError.EngineUnavailable("The engine does not answer."),
        };

    private static async Task<ForwardResult> FailAsync(
        HttpContext context,
        ResponseCopy copy,
        ServingError error
    )
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return new ForwardResult(StatusCodes.Status502BadGateway, copy.SentBytes);
        }

        context.Response.Clear();
        await error.WriteAsync(context);
        return new ForwardResult(error.Status, 0);
    }

    [LoggerMessage(LogLevel.Warning, "The engine of {Replica} broke off {Path}: {Reason}")]
    private partial void LogBroken(string replica, string path, string reason);

    /// <summary>Copies an answer chunk by chunk; each is on the wire before the next is read.</summary>
    private sealed class ResponseCopy(HttpResponse target)
    {
        public long SentBytes { get; private set; }

        public async Task RunAsync(HttpResponseMessage source, CancellationToken cancellationToken)
        {
            byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
            try
            {
                await using Stream content = await source.Content.ReadAsStreamAsync(cancellationToken);
                // Headers wait for the first bytes: an engine that dies before them is still an error answer.
                int count = await content.ReadAsync(buffer, cancellationToken);
                target.StatusCode = (int)source.StatusCode;
                HeaderRules.CopyResponse(source, target);
                while (count > 0)
                {
                    await target.Body.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
                    await target.Body.FlushAsync(cancellationToken);
                    SentBytes += count;
                    count = await content.ReadAsync(buffer, cancellationToken);
                }
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }
}
