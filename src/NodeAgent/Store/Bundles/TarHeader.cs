using System.Buffers.Binary;
using System.Text;

namespace LlmOperator.NodeAgent.Store.Bundles;

/// <summary>
/// One header of a tar archive: 512 bytes, name in the first 100, size in octal (or base 256, from 8 GiB on), checksum.
/// Plain files only. What else archives can hold (links, devices, folders, long names) is refused: nothing that bundles
/// need, and most of what archives were ever attacked with.
/// </summary>
/// <param name="Name">Name as written; for messages and look-up, never for a path.</param>
/// <param name="SizeBytes">Bytes that follow.</param>
internal sealed record TarHeader(string Name, long SizeBytes)
{
    public const int BlockBytes = 512;

    private const int NameBytes = 100;
    private const int SizeOffset = 124;
    private const int SizeDigits = 11;
    private const int ChecksumOffset = 148;
    private const int ChecksumBytes = 8;
    private const int TypeOffset = 156;
    private const int MagicOffset = 257;
    private const long MostOctal = 0x1_FFFF_FFFF;

    /// <summary>Bytes after the content, up to the next block.</summary>
    public static int PaddingOf(long size) => (int)((BlockBytes - size % BlockBytes) % BlockBytes);

    /// <summary>The header's bytes.</summary>
    public byte[] Write()
    {
        byte[] block = new byte[BlockBytes];
        if (Encoding.ASCII.GetBytes(Name, block) > NameBytes)
        {
            throw new ArgumentException($"The name {Name} is longer than {NameBytes} characters.");
        }

        Octal(block, 100, 7, 0x1A4);
        Octal(block, 108, 7, 0);
        Octal(block, 116, 7, 0);
        if (SizeBytes <= MostOctal)
        {
            Octal(block, SizeOffset, SizeDigits, SizeBytes);
        }
        else
        {
            block[SizeOffset] = 0x80;
            BinaryPrimitives.WriteInt64BigEndian(block.AsSpan(SizeOffset + 4), SizeBytes);
        }

        // No time and no owner: equal models give equal bundles.
        Octal(block, 136, 11, 0);
        block[TypeOffset] = (byte)'0';
        "ustar\0"u8.CopyTo(block.AsSpan(MagicOffset));
        "00"u8.CopyTo(block.AsSpan(MagicOffset + 6));
        Octal(block, ChecksumOffset, 6, Checksum(block));
        block[ChecksumOffset + 7] = (byte)' ';
        return block;
    }

    /// <summary>Reads a header; null for the zeros that end an archive.</summary>
    /// <exception cref="StoreException">It is no header, or not of a plain file.</exception>
    public static TarHeader? Parse(ReadOnlySpan<byte> block)
    {
        if (!block.ContainsAnyExcept((byte)0))
        {
            return null;
        }

        if (ReadOctal(block.Slice(ChecksumOffset, ChecksumBytes)) != Checksum(block))
        {
            throw new StoreException(
                "The file is no bundle, or is damaged: a header of it has a wrong checksum."
            );
        }

        ReadOnlySpan<byte> raw = block[..NameBytes];
        int end = raw.IndexOf((byte)0);
        string name = Encoding.Latin1.GetString(end < 0 ? raw : raw[..end]);
        if (block[TypeOffset] is not ((byte)'0' or 0))
        {
            throw new StoreException(
                $"The bundle holds '{Shown(name)}', which is a link, a device, a folder or another thing that bundles do not have; it was not made by llmop store export."
            );
        }

        long? size =
            block[SizeOffset] == 0x80
                ? BinaryPrimitives.ReadInt64BigEndian(block[(SizeOffset + 4)..])
                : ReadOctal(block.Slice(SizeOffset, SizeDigits + 1));
        return size is >= 0 and { } bytes
            ? new TarHeader(name, bytes)
            : throw new StoreException($"The bundle's entry '{Shown(name)}' has an impossible size.");
    }

    /// <summary>A name from an archive as it may be shown.</summary>
    public static string Shown(string name) =>
        new([.. name.Take(NameBytes).Select(c => char.IsAscii(c) && !char.IsControl(c) ? c : '?')]);

    private static void Octal(byte[] block, int offset, int digits, long value)
    {
        for (int i = digits - 1; i >= 0; i--)
        {
            block[offset + i] = (byte)('0' + (value & 7));
            value >>= 3;
        }
    }

    private static long? ReadOctal(ReadOnlySpan<byte> field)
    {
        long value = 0;
        bool any = false;
        foreach (byte digit in field)
        {
            if (digit is (byte)' ' or 0)
            {
                if (any)
                {
                    break;
                }

                continue;
            }

            if (digit is < (byte)'0' or > (byte)'7')
            {
                return null;
            }

            any = true;
            value = (value << 3) | (uint)(digit - '0');
        }

        return value;
    }

    // The checksum's own field counts as spaces.
    private static long Checksum(ReadOnlySpan<byte> block)
    {
        long sum = ChecksumBytes * ' ';
        for (int i = 0; i < BlockBytes; i++)
        {
            sum += i is >= ChecksumOffset and < ChecksumOffset + ChecksumBytes ? 0 : block[i];
        }

        return sum;
    }
}
