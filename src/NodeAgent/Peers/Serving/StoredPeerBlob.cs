using LlmOperator.Models.Sources;
using Microsoft.Win32.SafeHandles;

namespace LlmOperator.NodeAgent.Peers.Serving;

/// <summary>A file of the store. It stays readable when it is deleted meanwhile.</summary>
internal sealed class StoredPeerBlob(
    ModelDigest digest,
    FileStream file,
    UnitDigestList? digests,
    long unitBytes
) : IPeerBlob
{
    private readonly SafeFileHandle _handle = file.SafeFileHandle;

    public ModelDigest Digest => digest;

    public long SizeBytes { get; } = file.Length;

    public long UnitBytes => digests?.UnitBytes ?? unitBytes;

    public bool Has(int unit) => unit >= 0 && unit * UnitBytes < SizeBytes;

    public string? DigestOf(int unit) =>
        digests is not null && unit < digests.Sha256.Count ? digests.Sha256[unit] : null;

    public ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken) =>
        RandomAccess.ReadAsync(_handle, buffer, offset, cancellationToken);

    public void Dispose() => file.Dispose();
}
