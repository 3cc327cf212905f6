using System.Buffers;

namespace LlmOperator.Router.Forwarding;

/// <summary>
/// A growing buffer from the shared pool with counted owners: the array goes back only when everyone who may still read
/// it has released it (an HTTP client may write a body on after its call has returned).
/// </summary>
internal sealed class PooledBuffer : IBufferWriter<byte>
{
    private byte[] _array;
    private int _owners = 1;

    public PooledBuffer(int capacity) => _array = ArrayPool<byte>.Shared.Rent(Math.Max(capacity, 256));

    public int Length { get; private set; }

    /// <summary>Bytes that fit before it grows.</summary>
    public int Capacity => _array.Length;

    public ReadOnlyMemory<byte> Memory => _array.AsMemory(0, Length);

    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(GetFree(bytes.Length));
        Length += bytes.Length;
    }

    /// <summary>Room for at least so many bytes after the last; <see cref="Advance"/> says how many were written.</summary>
    public Span<byte> GetFree(int least) => GetFreeMemory(least).Span;

    /// <inheritdoc cref="GetFree"/>
    public Memory<byte> GetFreeMemory(int least)
    {
        if (_array.Length - Length < least)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(checked(Length + least), _array.Length * 2));
            _array.AsSpan(0, Length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_array);
            _array = larger;
        }

        return _array.AsMemory(Length);
    }

    public void Advance(int count) => Length += count;

    /// <summary>Drops bytes from the front.</summary>
    public void RemoveFirst(int count)
    {
        _array.AsSpan(count, Length - count).CopyTo(_array);
        Length -= count;
    }

    /// <summary>This buffer as the target of a writer.</summary>
    public IBufferWriter<byte> AsBufferWriter() => this;

    Memory<byte> IBufferWriter<byte>.GetMemory(int sizeHint) => GetFreeMemory(Math.Max(sizeHint, 1));

    Span<byte> IBufferWriter<byte>.GetSpan(int sizeHint) => GetFree(Math.Max(sizeHint, 1));

    public void AddOwner() => Interlocked.Increment(ref _owners);

    public void Release()
    {
        if (Interlocked.Decrement(ref _owners) == 0)
        {
            byte[] array = _array;
            _array = [];
            Length = 0;
            ArrayPool<byte>.Shared.Return(array);
        }
    }
}
