using LlmOperator.Models.Sources;

namespace LlmOperator.NodeAgent.Peers.Serving;

/// <summary>A file, or the verified part of one that is being pulled, as peers may have it.</summary>
internal interface IPeerBlob : IDisposable
{
    ModelDigest Digest { get; }

    long SizeBytes { get; }

    /// <summary>Bytes of a unit; the last one may have fewer.</summary>
    long UnitBytes { get; }

    /// <summary>Whether the whole unit is here, verified.</summary>
    bool Has(int unit);

    /// <summary>SHA-256 of a unit that is here; null while it is not known.</summary>
    string? DigestOf(int unit);

    /// <summary>Reads bytes of units that are here.</summary>
    /// <returns>Bytes that were read; at least one.</returns>
    /// <exception cref="IOException">They are no longer here.</exception>
    ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken);
}
