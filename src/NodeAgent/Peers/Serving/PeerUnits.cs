using System.Text.Json.Serialization;

namespace LlmOperator.NodeAgent.Peers.Serving;

/// <summary>What of a file is on a node, as <c>GET /v1/blobs/DIGEST/units</c> says it.</summary>
internal sealed record PeerUnits
{
    /// <summary>Most units of a file: the list stays below a megabyte.</summary>
    public const int MostUnits = 1 << 14;

    public required long UnitBytes { get; init; }

    public required long SizeBytes { get; init; }

    /// <summary>Units that are here: bit <c>unit % 8</c> of byte <c>unit / 8</c>.</summary>
    public required byte[] Have { get; init; }

    /// <summary>
    /// SHA-256 of the units that are here, 32 bytes each in the order of the units, zeros for those not known; null when
    /// none is.
    /// </summary>
    public byte[]? Digests { get; init; }

    /// <summary>Number of units that are here.</summary>
    [JsonIgnore]
    public int HaveCount => Have.Sum(b => System.Numerics.BitOperations.PopCount(b));

    [JsonIgnore]
    public int Count => UnitCount(SizeBytes, UnitBytes);

    public bool IsHere(int unit) =>
        unit >= 0 && unit / 8 < Have.Length && (Have[unit / 8] & (1 << (unit % 8))) != 0;

    /// <summary>SHA-256 of a unit in lower-case hex; null when it is not known.</summary>
    public string? DigestOf(int unit)
    {
        if (Digests is null || !IsHere(unit) || (unit + 1) * 32 > Digests.Length)
        {
            return null;
        }

        ReadOnlySpan<byte> digest = Digests.AsSpan(unit * 32, 32);
        return digest.ContainsAnyExcept((byte)0) ? Convert.ToHexStringLower(digest) : null;
    }

    /// <summary>Whether every unit that a range touches is here.</summary>
    public bool Covers(long offset, long length)
    {
        for (long unit = offset / UnitBytes; unit <= (offset + length - 1) / UnitBytes; unit++)
        {
            if (!IsHere((int)unit))
            {
                return false;
            }
        }

        return length > 0 && offset >= 0 && offset + length <= SizeBytes;
    }

    /// <summary>Whether it can be what it says; it comes from another node.</summary>
    public bool IsSound() =>
        UnitBytes > 0
        && SizeBytes > 0
        && (SizeBytes - 1) / UnitBytes < MostUnits
        && Have.Length == (Count + 7) / 8
        && (Digests is null || Digests.Length == Count * 32);

    /// <summary>What is here of a file.</summary>
    public static PeerUnits Of(IPeerBlob blob, bool withDigests)
    {
        int count = UnitCount(blob.SizeBytes, blob.UnitBytes);
        byte[] have = new byte[(count + 7) / 8];
        byte[] digests = new byte[count * 32];
        bool anyDigest = false;
        for (int unit = 0; unit < count; unit++)
        {
            if (!blob.Has(unit))
            {
                continue;
            }

            have[unit / 8] |= (byte)(1 << (unit % 8));
            if (withDigests && blob.DigestOf(unit) is { } digest)
            {
                Convert.FromHexString(digest).CopyTo(digests, unit * 32);
                anyDigest = true;
            }
        }

        return new PeerUnits
        {
            UnitBytes = blob.UnitBytes,
            SizeBytes = blob.SizeBytes,
            Have = have,
            Digests = anyDigest ? digests : null,
        };
    }

    private static int UnitCount(long size, long unit) => (int)((size + unit - 1) / unit);
}
