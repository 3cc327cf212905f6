using LlmOperator.Models.Sources;

namespace LlmOperator.NodeAgent.Peers.Fetching;

/// <summary>The body of a peer's answer; an end before its announced length is an error that names the peer.</summary>
internal sealed class PeerStream(Stream inner, HttpResponseMessage response, string node, long length)
    : ForwardStream
{
    private long _read;

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
