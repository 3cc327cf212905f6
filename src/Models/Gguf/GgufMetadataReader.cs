namespace LlmOperator.Models.Gguf;

/// <summary>The key-value section of a header.</summary>
internal static class GgufMetadataReader
{
    // The engine's readers of these take the address of the text, which ends at the first zero byte.
    private const char End = '\0';

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
            cursor.Subject = new GgufSubject("metadata entry", index);
            string key = await cursor.ReadNameAsync(limits.MaxKeyBytes, cancellationToken);
            cursor.Subject = new GgufSubject("key", Name: key);
            GgufValueType type = (GgufValueType)(uint)await cursor.ReadUnsignedAsync(4, cancellationToken);
            GgufValue value = type switch
            {
                GgufValueType.String => await ReadTextAsync(cursor, limits, key, cancellationToken),
                GgufValueType.Array => await ReadArrayAsync(cursor, limits, cancellationToken),
                _ => Scalar(
                    cursor,
                    key,
                    type,
                    await cursor.ReadUnsignedAsync(ElementBytes(cursor, type), cancellationToken)
                ),
            };
            if (!values.TryAdd(key, value))
            {
                throw cursor.Bad("appears twice");
            }
        }

        return new GgufMetadata(values);
    }

    private static GgufValue Scalar(GgufCursor cursor, string key, GgufValueType type, ulong raw)
    {
        // The engine takes no other type here, and the offsets of all tensors hang on it.
        if (key is GgufKeys.Alignment && type != GgufValueType.UInt32)
        {
            throw cursor.Bad($"must be of type {GgufValueType.UInt32} but is {type}");
        }

        return type switch
        {
            GgufValueType.Float32 => new GgufValue.Real(BitConverter.UInt32BitsToSingle((uint)raw)),
            GgufValueType.Float64 => new GgufValue.Real(BitConverter.UInt64BitsToDouble(raw)),
            GgufValueType.Boolean => new GgufValue.Boolean(raw != 0),
            GgufValueType.Int8 => new GgufValue.Integer((sbyte)raw),
            GgufValueType.Int16 => new GgufValue.Integer((short)raw),
            GgufValueType.Int32 => new GgufValue.Integer((int)raw),
            GgufValueType.Int64 => new GgufValue.Integer((long)raw),
            _ => new GgufValue.Integer(raw),
        };
    }

    private static ValueTask<GgufValue> ReadTextAsync(
        GgufCursor cursor,
        GgufLimits limits,
        string key,
        CancellationToken cancellationToken
    ) =>
        cursor.TryTakeText(limits.MaxStringBytes, out string text)
            ? new(TextOf(text))
            : ReadLongTextAsync(cursor, limits, key, cancellationToken);

    private static async ValueTask<GgufValue> ReadLongTextAsync(
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

        return TextOf(await cursor.ReadTextAsync((int)length, cancellationToken));
    }

    private static GgufValue.Text TextOf(string text)
    {
        int end = text.IndexOf(End, StringComparison.Ordinal);
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
        int elementBytes = type == GgufValueType.String ? 8 : ElementBytes(cursor, type);
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
        bool signed =
            type is GgufValueType.Int8 or GgufValueType.Int16 or GgufValueType.Int32 or GgufValueType.Int64;
        await cursor.ReadNumbersAsync(integers, elementBytes, signed, cancellationToken);
        return new GgufValue.Array(type, length, integers);
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
