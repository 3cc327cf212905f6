namespace LlmOperator.NodeAgent.Peers.Fetching;

/// <summary>The body of a peer's answer; an end before its announced length is an error that names the peer.</summary>
internal sealed class PeerStream(Stream inner, HttpResponseMessage response, string node, long length)
    : Stream
{
    private long _read;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => _read;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(
        Memory<byte> buffer,
        CancellationToken cancellationToken = default
    )
    {
        if (_read == length || buffer.Length == 0)
        {
            return 0;
        }

        try
        {
            int read = await inner.ReadAsync(
                buffer[..(int)Math.Min(buffer.Length, length - _read)],
                cancellationToken
            );
            if (read == 0)
            {
                throw new PeerException($"The connection to node {node} was cut.");
            }

            _read += read;
            return read;
        }
        catch (Exception error) when (error is HttpRequestException or IOException and not PeerException)
        {
            throw new PeerException($"The connection to node {node} was cut: {error.Message}");
        }
    }

    public override Task<int> ReadAsync(
        byte[] buffer,
        int offset,
        int count,
        CancellationToken cancellationToken
    ) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
            response.Dispose();
        }

        base.Dispose(disposing);
    }
}
