using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Pulling;

namespace LlmOperator.NodeAgent.Peers.Serving;

/// <summary>The finished units of a running pull.</summary>
internal sealed class PartialPeerBlob(ModelDigest digest, IPartialView view) : IPeerBlob
{
    public ModelDigest Digest => digest;

    public long SizeBytes => view.SizeBytes;

    public long UnitBytes => view.UnitBytes;

    public bool Has(int unit) => unit >= 0 && (long)unit * view.UnitBytes < view.SizeBytes && view.Has(unit);

    public string? DigestOf(int unit) =>
        view.Has(unit) && view.IsFromOrigin(unit) ? view.DigestOf(unit) : null;

    public ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken) =>
        view.ReadAsync(offset, buffer, cancellationToken);

    public void Dispose() => view.Dispose();
}
