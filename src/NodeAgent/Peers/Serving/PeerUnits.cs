using System.Text.Json.Serialization;

namespace LlmOperator.NodeAgent.Peers.Serving;

/// <summary>What of a file is on a node, as <c>GET /v1/blobs/DIGEST/units</c> says it.</summary>
internal sealed record PeerUnits
{
    /// <summary>Most units of a file: the list stays below a megabyte.</summary>
    public const int MostUnits = 1 << 14;

    private const int DigestBytes = 32;

    public required long UnitBytes { get; init; }

    public required long SizeBytes { get; init; }

    /// <summary>Units that are here: bit <c>unit % 8</c> of byte <c>unit / 8</c>.</summary>
    public required byte[] Have { get; init; }

    /// <summary>Units whose digests are told, as bits like <see cref="Have"/>; null when none is.</summary>
    public byte[]? Told { get; init; }

    /// <summary>SHA-256 of those units, 32 bytes each in the order of the units.</summary>
    public byte[]? Digests { get; init; }

    /// <summary>Number of units that are here.</summary>
    [JsonIgnore]
    public int HaveCount => Have.Sum(b => System.Numerics.BitOperations.PopCount(b));

    [JsonIgnore]
    public int Count => UnitCount(SizeBytes, UnitBytes);

    public bool IsHere(int unit) => IsSet(Have, unit);

    /// <summary>The digests that are told, in lower-case hex.</summary>
    public IEnumerable<(int Unit, string Digest)> ToldDigests()
    {
        int place = 0;
        for (int unit = 0; Digests is not null && Told is not null && unit < Count; unit++)
        {
            if (IsSet(Told, unit))
            {
                yield return (
                    unit,
                    Convert.ToHexStringLower(Digests.AsSpan(place++ * DigestBytes, DigestBytes))
                );
            }
        }
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
        && (
            Digests is null
            || (
                Told?.Length == Have.Length
                && Enumerable.Range(0, Told.Length * 8).Count(unit => IsSet(Told, unit)) is var told
                && Digests.Length == told * DigestBytes
                && Enumerable.Range(Count, Told.Length * 8 - Count).All(unit => !IsSet(Told, unit))
            )
        );

    /// <summary>Number of units of a file that are here.</summary>
    public static int CountOf(IPeerBlob blob) =>
        Enumerable.Range(0, UnitCount(blob.SizeBytes, blob.UnitBytes)).Count(blob.Has);

    /// <summary>Whether so many units are the whole file.</summary>
    public static bool IsAll(IPeerBlob blob, int count) => count == UnitCount(blob.SizeBytes, blob.UnitBytes);

    /// <summary>What is here of a file.</summary>
    public static PeerUnits Of(IPeerBlob blob, UnitsQuestion question)
    {
        int count = UnitCount(blob.SizeBytes, blob.UnitBytes);
        byte[] have = new byte[(count + 7) / 8];
        byte[] told = new byte[have.Length];
        using MemoryStream digests = new();
        for (int unit = 0; unit < count; unit++)
        {
            if (!blob.Has(unit))
            {
                continue;
            }

            have[unit / 8] |= (byte)(1 << (unit % 8));
            if (!question.IsTold(unit) && blob.DigestOf(unit) is { } digest)
            {
                told[unit / 8] |= (byte)(1 << (unit % 8));
                digests.Write(Convert.FromHexString(digest));
            }
        }

        return new PeerUnits
        {
            UnitBytes = blob.UnitBytes,
            SizeBytes = blob.SizeBytes,
            Have = have,
            Told = digests.Length > 0 ? told : null,
            Digests = digests.Length > 0 ? digests.ToArray() : null,
        };
    }

    private static bool IsSet(byte[] bits, int unit) =>
        unit >= 0 && unit / 8 < bits.Length && (bits[unit / 8] & (1 << (unit % 8))) != 0;

    private static int UnitCount(long size, long unit) => (int)((size + unit - 1) / unit);
}
