using LlmOperator.Models.Sources;

namespace LlmOperator.NodeAgent.Peers.Fetching;

/// <summary>Tells when bytes come in.</summary>
internal sealed class MovingStream(Stream inner, Action moved) : ForwardStream
{
    public override async ValueTask<int> ReadAsync(
        Memory<byte> buffer,
        CancellationToken cancellationToken = default
    )
    {
        int read = await inner.ReadAsync(buffer, cancellationToken);
        if (read > 0)
        {
            moved();
        }

        return read;
    }

    // Not by Dispose: what is read of may be closed asynchronously only.
    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
