using System.Buffers.Binary;
using System.Text;

namespace LlmOperator.Models.Gguf;

/// <summary>Reads a header forwards through a fixed window; no length in the file decides an allocation unchecked.</summary>
internal sealed class GgufCursor
{
    private const int WindowBytes = 64 << 10;
    private static readonly UTF8Encoding s_utf8 = new(false, throwOnInvalidBytes: true);

    private readonly IByteRangeSource _source;
    private readonly GgufLimits _limits;
    private readonly byte[] _window;
    private long _windowStart;
    private int _windowLength;

    public GgufCursor(IByteRangeSource source, GgufLimits limits)
    {
        _source = source;
        _limits = limits;
        _window = new byte[(int)Math.Clamp(source.Length, 16, WindowBytes)];
    }

    /// <summary>Bytes consumed so far.</summary>
    public long Position { get; private set; }

    /// <summary>What is being read, for messages.</summary>
    public string Subject { get; set; } = "the header";

    private long Remaining => _source.Length - Position;

    public async ValueTask<ulong> ReadUnsignedAsync(int bytes, CancellationToken cancellationToken)
    {
        if (!Buffered(bytes))
        {
            await FillAsync(bytes, cancellationToken);
        }

        ReadOnlySpan<byte> span = _window.AsSpan((int)(Position - _windowStart), bytes);
        Position += bytes;
        return bytes switch
        {
            1 => span[0],
            2 => BinaryPrimitives.ReadUInt16LittleEndian(span),
            4 => BinaryPrimitives.ReadUInt32LittleEndian(span),
            _ => BinaryPrimitives.ReadUInt64LittleEndian(span),
        };
    }

    public async ValueTask<string> ReadStringAsync(int maxBytes, CancellationToken cancellationToken)
    {
        ulong length = await ReadUnsignedAsync(8, cancellationToken);
        if (length > (ulong)maxBytes)
        {
            throw Bad($"claims a text of {length} bytes, more than the {maxBytes} allowed");
        }

        RequireRemaining((long)length);
        byte[] bytes = new byte[length];
        await CopyAsync(bytes, cancellationToken);
        try
        {
            return s_utf8.GetString(bytes);
        }
        catch (ArgumentException)
        {
            throw Bad("holds text that is not UTF-8");
        }
    }

    /// <summary>Passes over a string without keeping it.</summary>
    public async ValueTask SkipStringAsync(CancellationToken cancellationToken)
    {
        ulong length = await ReadUnsignedAsync(8, cancellationToken);
        if (length > (ulong)_limits.MaxStringBytes)
        {
            throw Bad($"claims a text of {length} bytes, more than the {_limits.MaxStringBytes} allowed");
        }

        Skip((long)length);
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

        if (Position + bytes > _limits.MaxHeaderBytes)
        {
            throw Bad($"makes the header larger than the {_limits.MaxHeaderBytes} bytes allowed");
        }
    }

    public InvalidModelException Bad(string what) =>
        new($"The model file is damaged or not GGUF: {Subject} {what}; fetch it again or use another file.");

    private bool Buffered(int bytes) =>
        Position >= _windowStart && Position + bytes <= _windowStart + _windowLength;

    private async ValueTask FillAsync(int bytes, CancellationToken cancellationToken)
    {
        RequireRemaining(bytes);
        int kept = 0;
        if (Position >= _windowStart && Position < _windowStart + _windowLength)
        {
            kept = (int)(_windowStart + _windowLength - Position);
            _window.AsSpan((int)(Position - _windowStart), kept).CopyTo(_window);
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
            if (!Buffered(1))
            {
                await FillAsync(1, cancellationToken);
            }

            int start = (int)(Position - _windowStart);
            int count = Math.Min(target.Length, _windowLength - start);
            _window.AsMemory(start, count).CopyTo(target);
            Position += count;
            target = target[count..];
        }
    }
}
