using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace LlmOperator.Router.Identity;

/// <summary>
/// SHA-256 of an API key, as a value to look keys up by. A fast hash is enough: keys are 256 random bits, so there is no
/// list of likely ones to try, as there is for passwords, and a slow hash would cost every request what it costs a thief.
/// Looking up by it tells nothing by its time: who sends a guess does not choose the bits of its hash.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct KeyHash(ulong First, ulong Second, ulong Third, ulong Fourth)
{
    private const int LongestKey = 512;

    /// <summary>Hash of a key as clients send it; null for what is too long to be one.</summary>
    public static KeyHash? Of(ReadOnlySpan<char> key)
    {
        if (key.Length > LongestKey)
        {
            return null;
        }

        Span<byte> text = stackalloc byte[LongestKey * 3];
        int length = Encoding.UTF8.GetBytes(key, text);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text[..length], hash);
        return FromBytes(hash);
    }

    /// <summary>Reads 64 hexadecimal digits; null for anything else.</summary>
    public static KeyHash? Parse(string hex)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        return
            hex.Length == SHA256.HashSizeInBytes * 2
            && Convert.FromHexString(hex, hash, out _, out int written) == System.Buffers.OperationStatus.Done
            && written == hash.Length
            ? FromBytes(hash)
            : null;
    }

    /// <summary>Whether two hashes are the same, in a time that does not depend on where they differ.</summary>
    public bool IsSameAs(KeyHash other) =>
        ((First ^ other.First) | (Second ^ other.Second) | (Third ^ other.Third) | (Fourth ^ other.Fourth))
        == 0;

    private static KeyHash FromBytes(ReadOnlySpan<byte> hash) =>
        new(
            BinaryPrimitives.ReadUInt64LittleEndian(hash),
            BinaryPrimitives.ReadUInt64LittleEndian(hash[8..]),
            BinaryPrimitives.ReadUInt64LittleEndian(hash[16..]),
            BinaryPrimitives.ReadUInt64LittleEndian(hash[24..])
        );
}
