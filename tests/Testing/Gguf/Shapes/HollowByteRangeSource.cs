using LlmOperator.Models.Gguf;

namespace LlmOperator.Testing.Gguf.Shapes;

/// <summary>A header in memory with <paramref name="length"/> bytes in all; what follows the header is zeros.</summary>
public sealed class HollowByteRangeSource(byte[] header, long length) : IByteRangeSource
{
    public long Length => length;

    public ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        int count = (int)Math.Min(buffer.Length, Math.Max(0, length - offset));
        buffer.Span[..count].Clear();
        if (offset < header.Length)
        {
            int known = (int)Math.Min(count, header.Length - offset);
            header.AsSpan((int)offset, known).CopyTo(buffer.Span);
        }

        return ValueTask.FromResult(count);
    }
}
