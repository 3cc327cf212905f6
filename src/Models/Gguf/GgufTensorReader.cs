namespace LlmOperator.Models.Gguf;

/// <summary>The tensor table of a header.</summary>
internal static class GgufTensorReader
{
    // The engine's own limit of a tensor name, its end included.
    private const int MaxNameBytes = 63;
    private const int MaxDimensions = 4;

    // An exbibyte: far above any file, and two such numbers still add up within 63 bits.
    private const long MaxBytes = 1L << 60;

    // At most eight bytes an element keeps a tensor below MaxBytes.
    private const long MaxElements = 1L << 57;

    public static async Task<List<GgufTensor>> ReadAsync(
        GgufCursor cursor,
        int count,
        int alignment,
        CancellationToken cancellationToken
    )
    {
        List<GgufTensor> tensors = [];
        HashSet<string> names = new(StringComparer.Ordinal);
        long expectedOffset = 0;
        for (int index = 0; index < count; index++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            cursor.Subject = new GgufSubject("tensor", index);
            string name = await cursor.ReadNameAsync(MaxNameBytes, cancellationToken);
            cursor.Subject = new GgufSubject("tensor", Name: name);
            if (!names.Add(name))
            {
                throw cursor.Bad("appears twice");
            }

            long[] dimensions = new long[Rank(cursor, await cursor.ReadUnsignedAsync(4, cancellationToken))];
            for (int i = 0; i < dimensions.Length; i++)
            {
                dimensions[i] = Dimension(cursor, await cursor.ReadUnsignedAsync(8, cancellationToken));
            }

            GgmlType type = (GgmlType)(int)(uint)await cursor.ReadUnsignedAsync(4, cancellationToken);
            ulong offset = await cursor.ReadUnsignedAsync(8, cancellationToken);
            GgufTensor tensor = Tensor(cursor, name, dimensions, type, offset);

            if (tensor.Offset != expectedOffset)
            {
                throw cursor.Bad(
                    $"starts at {tensor.Offset} where {expectedOffset} follows from the tensors before it"
                );
            }

            expectedOffset = Pad(expectedOffset + tensor.SizeBytes, alignment);
            if (expectedOffset > MaxBytes)
            {
                throw cursor.Bad("is larger than any file");
            }

            tensors.Add(tensor);
        }

        return tensors;
    }

    /// <summary>Refuses a file that is shorter than its tensors.</summary>
    public static void RequireInsideFile(List<GgufTensor> tensors, long headerBytes, long fileBytes)
    {
        // The table is contiguous: the last tensor ends last.
        if (tensors.Count == 0 || End(tensors[^1]) <= fileBytes - headerBytes)
        {
            return;
        }

        GgufTensor first = tensors.First(tensor => End(tensor) > fileBytes - headerBytes);
        throw new InvalidModelException(
            $"The model file is cut off: it has {fileBytes} bytes where its tensors need {headerBytes + End(tensors[^1])}, and '{first.Name}' at byte {headerBytes + first.Offset} is the first that is not whole; fetch it again."
        );
    }

    private static long End(GgufTensor tensor) => tensor.Offset + tensor.SizeBytes;

    public static long Pad(long value, int alignment) => (value + alignment - 1) & ~((long)alignment - 1);

    private static int Rank(GgufCursor cursor, ulong rank) =>
        rank is < 1 or > MaxDimensions
            ? throw cursor.Bad($"has {rank} dimensions where 1 to {MaxDimensions} are possible")
            : (int)rank;

    private static long Dimension(GgufCursor cursor, ulong dimension) =>
        dimension is 0 or > long.MaxValue
            ? throw cursor.Bad($"has the impossible dimension {dimension}")
            : (long)dimension;

    private static GgufTensor Tensor(
        GgufCursor cursor,
        string name,
        long[] dimensions,
        GgmlType type,
        ulong offset
    )
    {
        if (!GgmlTypes.TryGetBlock(type, out GgmlBlock block))
        {
            throw cursor.Bad(
                GgmlTypes.TryGetRemoved((int)type, out string removed, out string instead)
                    ? $"has the type {removed}, which the format has removed in favour of {instead}"
                    : $"has the unknown type {(int)type}"
            );
        }

        if (offset > long.MaxValue)
        {
            throw cursor.Bad($"starts at the impossible offset {offset}");
        }

        (long elements, long bytes) = Size(cursor, dimensions, block);
        return new GgufTensor
        {
            Name = name,
            Type = type,
            Dimensions = dimensions,
            Offset = (long)offset,
            SizeBytes = bytes,
            ElementCount = elements,
        };
    }

    private static (long Elements, long Bytes) Size(GgufCursor cursor, long[] dimensions, GgmlBlock block)
    {
        if (dimensions[0] % block.Elements != 0)
        {
            throw cursor.Bad(
                $"has rows of {dimensions[0]} elements, not a whole number of blocks of {block.Elements}"
            );
        }

        Int128 elements = 1;
        foreach (long dimension in dimensions)
        {
            elements *= dimension;
            if (elements > MaxElements)
            {
                throw cursor.Bad("is larger than any file");
            }
        }

        return ((long)elements, block.RowBytes((long)elements));
    }
}
