namespace LlmOperator.Models.Gguf;

/// <summary>
/// Reads the header of a GGUF file that nobody vouches for. Every length is checked against the file and the limits
/// before it is used, and every tensor must lie inside the file.
/// </summary>
public static class GgufReader
{
    // "GGUF" read as a little-endian number.
    private const uint Magic = 0x46554747;

    /// <summary>Reads and checks the header.</summary>
    /// <exception cref="InvalidModelException">The file is not a well-formed GGUF file of version 2 or 3.</exception>
    /// <exception cref="IOException">The source could not be read.</exception>
    public static async Task<GgufFile> ReadAsync(
        IByteRangeSource source,
        GgufLimits limits,
        CancellationToken cancellationToken
    )
    {
        GgufCursor cursor = new(source, limits);
        int version = await ReadVersionAsync(cursor, cancellationToken);
        ulong tensorCount = await cursor.ReadUnsignedAsync(8, cancellationToken);
        ulong entryCount = await cursor.ReadUnsignedAsync(8, cancellationToken);
        if (tensorCount > (ulong)limits.MaxTensors)
        {
            throw cursor.Bad($"claims {tensorCount} tensors, more than the {limits.MaxTensors} allowed");
        }

        if (entryCount > (ulong)limits.MaxMetadataEntries)
        {
            throw cursor.Bad(
                $"claims {entryCount} metadata entries, more than the {limits.MaxMetadataEntries} allowed"
            );
        }

        GgufMetadata metadata = await GgufMetadataReader.ReadAsync(
            cursor,
            limits,
            (int)entryCount,
            cancellationToken
        );
        int alignment = Alignment(cursor, metadata, limits);
        List<GgufTensor> tensors = await GgufTensorReader.ReadAsync(
            cursor,
            (int)tensorCount,
            alignment,
            cancellationToken
        );
        // Padding stands before data, and a file without tensors has none.
        long headerBytes =
            tensors.Count == 0 ? cursor.Position : GgufTensorReader.Pad(cursor.Position, alignment);
        GgufTensorReader.RequireInsideFile(tensors, headerBytes, source.Length);
        return new GgufFile
        {
            Version = version,
            Alignment = alignment,
            Metadata = metadata,
            Tensors = tensors,
            HeaderBytes = headerBytes,
            FileBytes = source.Length,
            Split = SplitOf(cursor, metadata),
        };
    }

    /// <summary>Reads the header of a local file with the default limits.</summary>
    /// <exception cref="InvalidModelException">The file is not a well-formed GGUF file of version 2 or 3.</exception>
    /// <exception cref="IOException">The file could not be read.</exception>
    public static async Task<GgufFile> ReadFileAsync(string path, CancellationToken cancellationToken)
    {
        using FileByteRangeSource source = new(path);
        return await ReadAsync(source, GgufLimits.Default, cancellationToken);
    }

    private static async Task<int> ReadVersionAsync(GgufCursor cursor, CancellationToken cancellationToken)
    {
        uint magic = (uint)await cursor.ReadUnsignedAsync(4, cancellationToken);
        if (magic != Magic)
        {
            throw cursor.Bad("does not begin with the letters GGUF");
        }

        uint version = (uint)await cursor.ReadUnsignedAsync(4, cancellationToken);
        if (version is not (2 or 3))
        {
            // A byte-swapped file shows its version in the upper half.
            throw cursor.Bad(
                (version & 0xFFFF) == 0 && version != 0
                    ? "is written for big-endian machines, which is not supported"
                    : $"has version {version} where 2 or 3 is supported"
            );
        }

        return (int)version;
    }

    private static int Alignment(GgufCursor cursor, GgufMetadata metadata, GgufLimits limits)
    {
        int alignment =
            metadata.GetCount(GgufKeys.Alignment, limits.MaxAlignment) ?? GgufConstants.DefaultAlignment;
        if (!int.IsPow2(alignment))
        {
            cursor.Subject = new GgufSubject("key", Name: GgufKeys.Alignment);
            throw cursor.Bad($"is {alignment}, not a power of two");
        }

        return alignment;
    }

    private static GgufSplit? SplitOf(GgufCursor cursor, GgufMetadata metadata)
    {
        int count = metadata.GetCount(GgufKeys.SplitCount, GgufConstants.MaxParts) ?? 0;
        if (count <= 1)
        {
            return null;
        }

        int Required(string key, int max)
        {
            cursor.Subject = new GgufSubject("key", Name: key);
            return metadata.GetCount(key, max)
                ?? throw cursor.Bad("is missing from a file that says it is part of a split model");
        }

        return new GgufSplit(
            Required(GgufKeys.SplitNumber, count - 1),
            count,
            Required(GgufKeys.SplitTensorCount, int.MaxValue)
        );
    }
}
