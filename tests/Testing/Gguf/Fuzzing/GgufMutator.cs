using System.Buffers.Binary;

namespace LlmOperator.Testing.Gguf.Fuzzing;

/// <summary>
/// Damages headers: without knowledge of the format (bits, bytes, cuts, pasted pieces), and with it (numbers that are
/// hard to get right, entries that are doubled, lost or moved). The same random numbers give the same files.
/// </summary>
public sealed class GgufMutator(Random random)
{
    private const int MaxMutations = 4;

    public MutatedFile Next()
    {
        GgufFuzzSeed seed = Any(GgufFuzzCorpus.Seeds);
        byte[] bytes = [.. seed.Header];
        int count = random.Next(1, MaxMutations + 1);
        for (int i = 0; i < count; i++)
        {
            // Where the numbers are is known as long as no byte has moved, so what moves bytes comes last.
            bytes = i == count - 1 && random.Next(3) == 0 ? Move(bytes, seed) : Change(bytes, seed);
        }

        long length = random.Next(16) switch
        {
            0 => random.NextInt64(seed.FileBytes + 1),
            1 => bytes.Length,
            2 => long.MaxValue,
            3 => 1L << 40,
            _ => seed.FileBytes - seed.Header.Length + bytes.Length,
        };
        return new MutatedFile(bytes, length);
    }

    private byte[] Change(byte[] bytes, GgufFuzzSeed seed)
    {
        if (random.Next(3) > 0)
        {
            ChangeNumber(bytes, seed);
            return bytes;
        }

        int position = random.Next(bytes.Length);
        Span<byte> some = bytes.AsSpan(position, Math.Min(random.Next(1, 9), bytes.Length - position));
        switch (random.Next(4))
        {
            case 0:
                some[0] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                some.Fill(0xFF);
                break;
            case 2:
                some.Clear();
                break;
            default:
                random.NextBytes(some);
                break;
        }

        return bytes;
    }

    private void ChangeNumber(byte[] bytes, GgufFuzzSeed seed)
    {
        // A vocabulary has more numbers than all the rest: half of the time one of the others is taken.
        GgufField field = Any(seed.Map.Fields);
        for (int i = 0; i < 8 && field.Kind == GgufFieldKind.TextLength && random.Next(2) == 0; i++)
        {
            field = Any(seed.Map.Fields);
        }

        Span<byte> wide = stackalloc byte[8];
        bytes.AsSpan(field.Offset, field.Bytes).CopyTo(wide);
        ulong value = Interesting(field, BinaryPrimitives.ReadUInt64LittleEndian(wide), bytes.Length, seed);
        BinaryPrimitives.WriteUInt64LittleEndian(wide, value);
        wide[..field.Bytes].CopyTo(bytes.AsSpan(field.Offset));
    }

    private ulong Interesting(GgufField field, ulong old, int headerBytes, GgufFuzzSeed seed)
    {
        // Types and ranks are mostly near the known ones.
        if (
            field.Kind
                is GgufFieldKind.ValueType
                    or GgufFieldKind.TensorType
                    or GgufFieldKind.Rank
                    or GgufFieldKind.Version
            && random.Next(4) > 0
        )
        {
            return (ulong)random.Next(48);
        }

        return random.Next(16) switch
        {
            0 => 0,
            1 => ulong.MaxValue,
            2 => long.MaxValue,
            3 => 1UL << 63,
            4 => uint.MaxValue,
            5 => int.MaxValue,
            6 => 1UL << 32,
            7 => (ulong)(headerBytes - field.Offset - field.Bytes),
            8 => (ulong)(headerBytes - field.Offset - field.Bytes + 1),
            9 => (ulong)seed.FileBytes,
            10 => old + 1,
            11 => old - 1,
            12 => old * 2,
            13 => old << 32,
            14 => (ulong)random.Next(1 << random.Next(1, 31)),
            _ => ulong.MaxValue / (ulong)random.Next(1, 300),
        };
    }

    private byte[] Move(byte[] bytes, GgufFuzzSeed seed)
    {
        List<Range> pieces = random.Next(2) == 0 ? seed.Map.Entries : seed.Map.Tensors;
        (int start, int length) = Any(pieces).GetOffsetAndLength(bytes.Length);
        switch (random.Next(6))
        {
            case 0:
                return bytes[..random.Next(bytes.Length)];
            case 1:
                return [.. bytes[..start], .. bytes[(start + length)..]];
            case 2:
                // A double with the count set right: the reader itself must see that it is one.
                AddTo(bytes, pieces == seed.Map.Entries ? 16 : 8, 1);
                return
                [
                    .. bytes[..(start + length)],
                    .. bytes[start..(start + length)],
                    .. bytes[(start + length)..],
                ];
            case 3:
                AddTo(bytes, pieces == seed.Map.Entries ? 16 : 8, -1);
                return [.. bytes[..start], .. bytes[(start + length)..]];
            case 4:
                byte[] other = Any(GgufFuzzCorpus.Seeds).Header;
                return [.. bytes[..random.Next(bytes.Length)], .. other[random.Next(other.Length)..]];
            default:
                byte[] noise = new byte[random.Next(1, 64)];
                random.NextBytes(noise);
                int at = random.Next(bytes.Length);
                return [.. bytes[..at], .. noise, .. bytes[at..]];
        }
    }

    private static void AddTo(byte[] bytes, int offset, long change)
    {
        Span<byte> count = bytes.AsSpan(offset, 8);
        BinaryPrimitives.WriteInt64LittleEndian(
            count,
            BinaryPrimitives.ReadInt64LittleEndian(count) + change
        );
    }

    private T Any<T>(IReadOnlyList<T> items) => items[random.Next(items.Count)];
}
