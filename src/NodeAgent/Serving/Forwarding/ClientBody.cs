using System.Net;
using Microsoft.AspNetCore.Http;

namespace LlmOperator.NodeAgent.Serving.Forwarding;

/// <summary>The client's body on its way to the engine. Remembers when it was the client that broke it.</summary>
internal sealed class ClientBody(HttpRequest request) : HttpContent
{
    /// <summary>What was wrong with the client's body, such as its length.</summary>
    public BadHttpRequestException? Failure { get; private set; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(
        Stream stream,
        TransportContext? context,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await request.Body.CopyToAsync(stream, cancellationToken);
        }
        catch (BadHttpRequestException exception)
        {
            Failure = exception;
            throw;
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = request.ContentLength ?? 0;
        return request.ContentLength is not null;
    }
}
