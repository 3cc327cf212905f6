using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Peers.Serving;

namespace LlmOperator.Distribution;

/// <summary>A node whose memory is bad: one bit of everything that it gives to others is another.</summary>
internal sealed class CorruptBlobs(IPeerBlobs inner) : IPeerBlobs
{
    public IPeerBlob? Open(ModelDigest digest) =>
        inner.Open(digest) is { } blob ? new CorruptBlob(blob) : null;

    private sealed class CorruptBlob(IPeerBlob inner) : IPeerBlob
    {
        public ModelDigest Digest => inner.Digest;

        public long SizeBytes => inner.SizeBytes;

        public long UnitBytes => inner.UnitBytes;

        public bool Has(int unit) => inner.Has(unit);

        public string? DigestOf(int unit) => inner.DigestOf(unit);

        public async ValueTask<int> ReadAsync(
            long offset,
            Memory<byte> buffer,
            CancellationToken cancellationToken
        )
        {
            int read = await inner.ReadAsync(offset, buffer, cancellationToken);
            buffer.Span[0] ^= 1;
            return read;
        }

        public void Dispose() => inner.Dispose();
    }
}
