using LlmOperator.Models.Gguf;

namespace LlmOperator.Testing.Gguf.Fuzzing;

/// <summary>
/// A mutated file that counts what a reader does: a reader that looks at a byte twice or goes back has no bound on its
/// work.
/// </summary>
public sealed class WatchedByteRangeSource(MutatedFile file) : IByteRangeSource
{
    private long _end;

    public long Length => file.FileBytes;

    /// <summary>Bytes given.</summary>
    public long ReadBytes { get; private set; }

    /// <summary>True when a read began before the end of the one before it.</summary>
    public bool WentBack { get; private set; }

    public ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        WentBack |= offset < _end;
        int count = (int)Math.Clamp(Length - offset, 0, buffer.Length);
        int known = (int)Math.Clamp(file.Header.Length - offset, 0, count);
        if (known > 0)
        {
            file.Header.AsMemory((int)offset, known).CopyTo(buffer);
        }

        buffer[known..count].Span.Clear();
        _end = offset + count;
        ReadBytes += count;
        return ValueTask.FromResult(count);
    }
}
