using System.Security.Cryptography;

namespace LlmOperator.NodeAgent.Pulling;

/// <summary>
/// Writes the bytes of one unit in order and hashes them on the way. It keeps its place when a connection is cut, so
/// that the next one goes on from there. One user at a time.
/// </summary>
internal sealed class UnitWriter(PartialData data, UnitLayout layout, int unit, IUnitSource source)
    : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Who gives the bytes; those of two sources are not mixed in one unit.</summary>
    public IUnitSource Source { get; } = source;

    /// <summary>Bytes written so far.</summary>
    public int Written { get; private set; }

    /// <summary>Bytes that are missing.</summary>
    public int Missing => layout.LengthOf(unit) - Written;

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await data.WriteAsync(layout.OffsetOf(unit) + Written, bytes, cancellationToken);
        _hash.AppendData(bytes.Span);
        Written += bytes.Length;
    }

    /// <summary>Digest of the unit, in hex; only when nothing is missing.</summary>
    public string Digest() => Convert.ToHexStringLower(_hash.GetHashAndReset());

    public void Dispose() => _hash.Dispose();
}
