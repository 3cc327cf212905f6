using System.Net;
using System.Net.Http.Headers;

namespace LlmOperator.Router.Forwarding;

/// <summary>A JSON request body out of a pooled buffer, in one write. Owns a share of the buffer until it is disposed and written.</summary>
internal sealed class PooledContent : HttpContent
{
    private readonly PooledBuffer _buffer;
    private bool _disposed;

    public PooledContent(PooledBuffer buffer)
    {
        _buffer = buffer;
        Headers.ContentType = new MediaTypeHeaderValue("application/json");
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(
        Stream stream,
        TransportContext? context,
        CancellationToken cancellationToken
    )
    {
        _buffer.AddOwner();
        try
        {
            await stream.WriteAsync(_buffer.Memory, cancellationToken);
        }
        finally
        {
            _buffer.Release();
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _buffer.Length;
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            _buffer.Release();
        }

        base.Dispose(disposing);
    }
}
