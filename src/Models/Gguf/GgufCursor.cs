using System.Buffers.Binary;
using System.Text;

namespace LlmOperator.Models.Gguf;

/// <summary>
/// Reads a header forwards through a fixed window; no length in the file decides an allocation unchecked. Every step
/// takes at least one byte, so the work is bounded by the bytes of the header.
/// </summary>
internal sealed class GgufCursor
{
    private const int WindowBytes = 64 << 10;
    private const int LengthBytes = 8;
    private static readonly UTF8Encoding s_utf8 = new(false, throwOnInvalidBytes: true);

    private readonly IByteRangeSource _source;
    private readonly GgufLimits _limits;
    private readonly byte[] _window;
    private long _windowStart;
    private int _windowLength;
    private long _keptBytes;

    public GgufCursor(IByteRangeSource source, GgufLimits limits)
    {
        _source = source;
        _limits = limits;
        _window = new byte[(int)Math.Clamp(source.Length, 16, WindowBytes)];
    }

    /// <summary>Bytes consumed so far.</summary>
    public long Position { get; private set; }

    /// <summary>What is being read, for messages.</summary>
    public GgufSubject Subject { get; set; } = new("the header");

    private long Remaining => _source.Length - Position;

    private int Buffered => (int)Math.Max(0, _windowStart + _windowLength - Position);

    /// <summary>A little-endian number of 1, 2, 4 or 8 bytes.</summary>
    public ValueTask<ulong> ReadUnsignedAsync(int bytes, CancellationToken cancellationToken)
    {
        // A header has hundreds of thousands of numbers, nearly all of them in the window: no task for those.
        return Buffered >= bytes ? new(Take(bytes)) : FillAndTakeAsync(bytes, cancellationToken);
    }

    /// <summary>Numbers of one width, sign-extended where <paramref name="signed"/>, cut at the largest that fits.</summary>
    public async ValueTask ReadNumbersAsync(
        long[] target,
        int bytes,
        bool signed,
        CancellationToken cancellationToken
    )
    {
        for (int index = 0; index < target.Length; )
        {
            if (Buffered < bytes)
            {
                await FillAsync(bytes, cancellationToken);
            }

            for (; index < target.Length && Buffered >= bytes; index++)
            {
                ulong raw = Take(bytes);
                int shift = 64 - (8 * bytes);
                target[index] = signed ? (long)(raw << shift) >> shift : (long)Math.Min(raw, long.MaxValue);
            }
        }
    }

    /// <summary>The length before a text, which the file has the bytes for.</summary>
    public async ValueTask<long> ReadTextLengthAsync(CancellationToken cancellationToken)
    {
        ulong length = await ReadUnsignedAsync(LengthBytes, cancellationToken);
        if (length > long.MaxValue)
        {
            throw Bad($"claims a text of {length} bytes, more than any file has");
        }

        RequireRemaining((long)length);
        return (long)length;
    }

    /// <summary>A key or the name of a tensor. The engine compares them up to a zero byte, so none may be inside.</summary>
    public ValueTask<string> ReadNameAsync(int maxBytes, CancellationToken cancellationToken) =>
        TryTakeText(maxBytes, out string name)
            ? new(Checked(name))
            : ReadLongNameAsync(maxBytes, cancellationToken);

    /// <summary>A text with its length, when all of it is in the window and it is not longer than allowed.</summary>
    public bool TryTakeText(int maxBytes, out string text)
    {
        text = "";
        if (Buffered < LengthBytes)
        {
            return false;
        }

        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(Window(LengthBytes));
        if (length > (ulong)maxBytes || length > (ulong)(Buffered - LengthBytes))
        {
            return false;
        }

        Position += LengthBytes;
        Keep(sizeof(char) * (long)length);
        text = Decoded(Window((int)length));
        Position += (long)length;
        return true;
    }

    /// <summary>A text of a length that was checked before.</summary>
    public async ValueTask<string> ReadTextAsync(int length, CancellationToken cancellationToken)
    {
        Keep((1L + sizeof(char)) * length);
        byte[] bytes = new byte[length];
        await CopyAsync(bytes, cancellationToken);
        return Decoded(bytes);
    }

    /// <summary>Passes over texts without keeping them.</summary>
    public async Task SkipTextsAsync(long count, CancellationToken cancellationToken)
    {
        while (count > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Buffered < LengthBytes)
            {
                await FillAsync(LengthBytes, cancellationToken);
            }

            count -= SkipBufferedTexts(count);
        }
    }

    public void Skip(long bytes)
    {
        RequireRemaining(bytes);
        Position += bytes;
    }

    /// <summary>Refuses a claim of more bytes than the file or the limit of the header has left.</summary>
    public void RequireRemaining(long bytes)
    {
        if (bytes < 0 || bytes > Remaining)
        {
            throw Bad($"needs {bytes} more bytes but the file ends after {Math.Max(Remaining, 0)}");
        }

        if (bytes > _limits.MaxHeaderBytes - Position)
        {
            throw Bad($"makes the header larger than the {_limits.MaxHeaderBytes} bytes allowed");
        }
    }

    /// <summary>Counts memory that is about to be kept, before it is taken.</summary>
    public void Keep(long bytes)
    {
        _keptBytes += bytes;
        if (_keptBytes > _limits.MaxKeptBytes)
        {
            throw Bad($"makes the texts and lists larger than the {_limits.MaxKeptBytes} bytes allowed");
        }
    }

    public InvalidModelException Bad(string what) =>
        new(
            $"The model file is damaged or not GGUF: {Subject} {what} (byte {Position}); fetch it again or use another file."
        );

    private ulong Take(int bytes)
    {
        ReadOnlySpan<byte> span = Window(bytes);
        Position += bytes;
        return bytes switch
        {
            1 => span[0],
            2 => BinaryPrimitives.ReadUInt16LittleEndian(span),
            4 => BinaryPrimitives.ReadUInt32LittleEndian(span),
            _ => BinaryPrimitives.ReadUInt64LittleEndian(span),
        };
    }

    private async ValueTask<ulong> FillAndTakeAsync(int bytes, CancellationToken cancellationToken)
    {
        await FillAsync(bytes, cancellationToken);
        return Take(bytes);
    }

    private async ValueTask<string> ReadLongNameAsync(int maxBytes, CancellationToken cancellationToken)
    {
        long length = await ReadTextLengthAsync(cancellationToken);
        return length > maxBytes
            ? throw Bad($"claims a name of {length} bytes, more than the {maxBytes} allowed")
            : Checked(await ReadTextAsync((int)length, cancellationToken));
    }

    private string Checked(string name) =>
        name.Length == 0 ? throw Bad("has an empty name")
        : name.Contains('\0', StringComparison.Ordinal) ? throw Bad("has a zero byte in its name")
        : name;

    private string Decoded(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return s_utf8.GetString(bytes);
        }
        catch (ArgumentException)
        {
            throw Bad("holds text that is not UTF-8");
        }
    }

    private ReadOnlySpan<byte> Window(int bytes) => _window.AsSpan((int)(Position - _windowStart), bytes);

    // At least one, since the caller has seen to the bytes of a length.
    private long SkipBufferedTexts(long count)
    {
        long skipped = 0;
        while (skipped < count && Buffered >= LengthBytes)
        {
            ulong length = BinaryPrimitives.ReadUInt64LittleEndian(Window(LengthBytes));
            if (length > (ulong)_limits.MaxStringBytes)
            {
                throw Bad($"claims a text of {length} bytes, more than the {_limits.MaxStringBytes} allowed");
            }

            Position += LengthBytes;
            Skip((long)length);
            skipped++;
        }

        return skipped;
    }

    private async ValueTask FillAsync(int bytes, CancellationToken cancellationToken)
    {
        RequireRemaining(bytes);
        int kept = Position >= _windowStart ? Buffered : 0;
        if (kept > 0)
        {
            Window(kept).CopyTo(_window);
        }

        _windowStart = Position;
        _windowLength = kept;
        while (_windowLength < bytes)
        {
            int read = await _source.ReadAsync(
                _windowStart + _windowLength,
                _window.AsMemory(_windowLength),
                cancellationToken
            );
            if (read <= 0)
            {
                throw Bad("ends before its end was read");
            }

            _windowLength += read;
        }
    }

    private async ValueTask CopyAsync(Memory<byte> target, CancellationToken cancellationToken)
    {
        while (target.Length > 0)
        {
            if (Buffered == 0)
            {
                await FillAsync(1, cancellationToken);
            }

            int count = Math.Min(target.Length, Buffered);
            Window(count).CopyTo(target.Span);
            Position += count;
            target = target[count..];
        }
    }
}
