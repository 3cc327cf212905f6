using System.Security.Cryptography;

namespace LlmOperator.NodeAgent.Pulling;

/// <summary>
/// Writes the bytes of one unit in order and sums them up on the way. It keeps its place when a connection is cut, so
/// that the next one goes on from there. One user at a time.
/// </summary>
internal sealed class UnitWriter : IDisposable
{
    private readonly PartialData _data;
    private readonly UnitLayout _layout;
    private readonly int _unit;
    private readonly IncrementalHash? _hash;
    private UnitChecksum _checksum = new();

    /// <param name="data">Where the bytes go.</param>
    /// <param name="layout">How the file is cut.</param>
    /// <param name="unit">Number of the unit.</param>
    /// <param name="source">Who gives the bytes.</param>
    /// <param name="withDigest">True where somebody compares or relies on the unit's SHA-256: it costs more than all else.</param>
    public UnitWriter(PartialData data, UnitLayout layout, int unit, IUnitSource source, bool withDigest)
    {
        (_data, _layout, _unit, Source) = (data, layout, unit, source);
        _hash = withDigest ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
    }

    /// <summary>Who gives the bytes; those of two sources are not mixed in one unit.</summary>
    public IUnitSource Source { get; }

    /// <summary>Bytes written so far.</summary>
    public int Written { get; private set; }

    /// <summary>Bytes that are missing.</summary>
    public int Missing => _layout.LengthOf(_unit) - Written;

    /// <exception cref="IOException">The disk does not take them.</exception>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        _data.Write(_layout.OffsetOf(_unit) + Written, bytes);
        _checksum.Add(bytes);
        _hash?.AppendData(bytes);
        Written += bytes.Length;
    }

    /// <summary>What the unit has; only when nothing is missing.</summary>
    public UnitSums Sums() =>
        new(_checksum.ToString(), _hash is null ? null : Convert.ToHexStringLower(_hash.GetCurrentHash()));

    public void Dispose() => _hash?.Dispose();
}
