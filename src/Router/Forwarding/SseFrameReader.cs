namespace LlmOperator.Router.Forwarding;

/// <summary>
/// Cuts a stream into whole events. Half an event is never handed out: glued to what follows it would be garbage.
/// </summary>
/// <param name="stream">The answer's body.</param>
internal sealed class SseFrameReader(Stream stream) : IFrameReader
{
    private const int ReadSize = 16 << 10;
    private const int LongestFrame = 4 << 20;
    private readonly PooledBuffer _buffer = new(ReadSize);
    private int _taken;
    private int _scanned;

    /// <inheritdoc/>
    public bool HasBufferedFrame => FindEnd(_taken) > 0;

    /// <inheritdoc/>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancellationToken)
    {
        _buffer.RemoveFirst(_taken);
        _scanned = Math.Max(0, _scanned - _taken);
        _taken = 0;
        while (true)
        {
            int end = FindEnd(_scanned);
            if (end > 0)
            {
                _taken = end;
                _scanned = end;
                return _buffer.Memory[..end];
            }

            // A blank line may lie across two reads.
            _scanned = Math.Max(0, _buffer.Length - 3);
            if (_buffer.Length > LongestFrame)
            {
                throw new IOException("An event of the stream is longer than 4 MiB.");
            }

            int read = await stream.ReadAsync(_buffer.GetFreeMemory(ReadSize), cancellationToken);
            if (read == 0)
            {
                return null;
            }

            _buffer.Advance(read);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _buffer.Release();

    private int FindEnd(int from)
    {
        int end = SseFrame.EndOf(_buffer.Memory.Span[from..]);
        return end == 0 ? 0 : from + end;
    }
}
