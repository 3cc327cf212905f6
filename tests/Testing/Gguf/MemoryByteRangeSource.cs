using LlmOperator.Models.Gguf;

namespace LlmOperator.Testing.Gguf;

/// <summary>Ranges of an array, at most <paramref name="step"/> bytes a read.</summary>
public sealed class MemoryByteRangeSource(ReadOnlyMemory<byte> bytes, int step = int.MaxValue)
    : IByteRangeSource
{
    public long Length => bytes.Length;

    public ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (offset >= bytes.Length)
        {
            return ValueTask.FromResult(0);
        }

        int count = (int)Math.Min(Math.Min(buffer.Length, step), bytes.Length - offset);
        bytes.Slice((int)offset, count).CopyTo(buffer);
        return ValueTask.FromResult(count);
    }
}
