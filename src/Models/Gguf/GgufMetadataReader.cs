namespace LlmOperator.Models.Gguf;

/// <summary>The key-value section of a header.</summary>
internal static class GgufMetadataReader
{
    public static async Task<GgufMetadata> ReadAsync(
        GgufCursor cursor,
        GgufLimits limits,
        int count,
        CancellationToken cancellationToken
    )
    {
        // No capacity from the file: the count is not proven until the entries are read.
        Dictionary<string, GgufValue> values = new(StringComparer.Ordinal);
        for (int index = 0; index < count; index++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            cursor.Subject = $"metadata entry {index}";
            string key = await cursor.ReadNameAsync(limits.MaxKeyBytes, cancellationToken);
            cursor.Subject = $"key '{Shown(key)}'";
            GgufValueType type = (GgufValueType)(uint)await cursor.ReadUnsignedAsync(4, cancellationToken);
            GgufValue value = await ReadValueAsync(cursor, limits, key, type, cancellationToken);
            if (!values.TryAdd(key, value))
            {
                throw cursor.Bad("appears twice");
            }
        }

        return new GgufMetadata(values);
    }

    private static string Shown(string key) => key.Length <= 80 ? key : key[..80] + "…";

    private static async ValueTask<GgufValue> ReadValueAsync(
        GgufCursor cursor,
        GgufLimits limits,
        string key,
        GgufValueType type,
        CancellationToken cancellationToken
    )
    {
        switch (type)
        {
            case GgufValueType.String:
                return await ReadTextAsync(cursor, limits, key, cancellationToken);
            case GgufValueType.Array:
                return await ReadArrayAsync(cursor, limits, cancellationToken);
            case GgufValueType.Float32:
                uint single = (uint)await cursor.ReadUnsignedAsync(4, cancellationToken);
                return new GgufValue.Real(BitConverter.UInt32BitsToSingle(single));
            case GgufValueType.Float64:
                ulong real = await cursor.ReadUnsignedAsync(8, cancellationToken);
                return new GgufValue.Real(BitConverter.UInt64BitsToDouble(real));
            case GgufValueType.Boolean:
                return new GgufValue.Boolean(await ReadIntegerAsync(cursor, type, cancellationToken) != 0);
            default:
                // The engine takes no other type here, and the offsets of all tensors hang on it.
                return key is GgufKeys.Alignment && type != GgufValueType.UInt32
                    ? throw cursor.Bad($"must be of type UInt32 but is {type}")
                    : new GgufValue.Integer(await ReadIntegerAsync(cursor, type, cancellationToken));
        }
    }

    private static async ValueTask<GgufValue> ReadTextAsync(
        GgufCursor cursor,
        GgufLimits limits,
        string key,
        CancellationToken cancellationToken
    )
    {
        bool template = key.StartsWith(GgufKeys.ChatTemplate, StringComparison.Ordinal);
        long length = await cursor.ReadTextLengthAsync(cancellationToken);
        if (length > limits.MaxStringBytes && !template)
        {
            cursor.Skip(length);
            return new GgufValue.LongText(length);
        }

        if (length > limits.MaxTemplateBytes)
        {
            throw cursor.Bad(
                $"claims a text of {length} bytes, more than the {limits.MaxTemplateBytes} allowed"
            );
        }

        string text = await cursor.ReadTextAsync((int)length, cancellationToken);
        int end = text.IndexOf('\0', StringComparison.Ordinal);
        return new GgufValue.Text(end < 0 ? text : text[..end]);
    }

    private static async ValueTask<GgufValue> ReadArrayAsync(
        GgufCursor cursor,
        GgufLimits limits,
        CancellationToken cancellationToken
    )
    {
        GgufValueType type = (GgufValueType)(uint)await cursor.ReadUnsignedAsync(4, cancellationToken);
        ulong count = await cursor.ReadUnsignedAsync(8, cancellationToken);
        if (count > (ulong)limits.MaxArrayElements)
        {
            throw cursor.Bad(
                $"claims an array of {count} elements, more than the {limits.MaxArrayElements} allowed"
            );
        }

        long length = (long)count;
        // A string takes at least the eight bytes of its own length.
        long elementBytes = type == GgufValueType.String ? 8 : ElementBytes(cursor, type);
        cursor.RequireRemaining(length * elementBytes);
        if (type == GgufValueType.String)
        {
            await cursor.SkipTextsAsync(length, cancellationToken);
            return new GgufValue.Array(type, length, null);
        }

        bool kept =
            length <= limits.MaxKeptElements && type is not (GgufValueType.Float32 or GgufValueType.Float64);
        if (!kept)
        {
            cursor.Skip(length * elementBytes);
            return new GgufValue.Array(type, length, null);
        }

        cursor.Keep(length * sizeof(long));
        long[] integers = new long[length];
        for (int index = 0; index < integers.Length; index++)
        {
            Int128 number = await ReadIntegerAsync(cursor, type, cancellationToken);
            integers[index] = number > long.MaxValue ? long.MaxValue : (long)number;
        }

        return new GgufValue.Array(type, length, integers);
    }

    private static async ValueTask<Int128> ReadIntegerAsync(
        GgufCursor cursor,
        GgufValueType type,
        CancellationToken cancellationToken
    )
    {
        ulong raw = await cursor.ReadUnsignedAsync(ElementBytes(cursor, type), cancellationToken);
        return type switch
        {
            GgufValueType.Int8 => (sbyte)raw,
            GgufValueType.Int16 => (short)raw,
            GgufValueType.Int32 => (int)raw,
            GgufValueType.Int64 => (long)raw,
            _ => raw,
        };
    }

    private static int ElementBytes(GgufCursor cursor, GgufValueType type) =>
        type switch
        {
            GgufValueType.UInt8 or GgufValueType.Int8 or GgufValueType.Boolean => 1,
            GgufValueType.UInt16 or GgufValueType.Int16 => 2,
            GgufValueType.UInt32 or GgufValueType.Int32 or GgufValueType.Float32 => 4,
            GgufValueType.UInt64 or GgufValueType.Int64 or GgufValueType.Float64 => 8,
            GgufValueType.Array => throw cursor.Bad("holds an array of arrays, which is not supported"),
            _ => throw cursor.Bad($"has the unknown value type {(uint)type}"),
        };
}
