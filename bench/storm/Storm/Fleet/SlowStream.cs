namespace LlmOperator.Storm.Fleet;

/// <summary>Writes that wait after each part.</summary>
internal sealed class SlowStream(Stream inner, int part, TimeSpan perPart) : Stream
{
    private int _inPart;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer,
        CancellationToken cancellationToken = default
    )
    {
        while (!buffer.IsEmpty)
        {
            int count = Math.Min(buffer.Length, part - _inPart);
            await inner.WriteAsync(buffer[..count], cancellationToken);
            buffer = buffer[count..];
            _inPart += count;
            if (_inPart == part)
            {
                _inPart = 0;
                await inner.FlushAsync(cancellationToken);
                await Task.Delay(perPart, cancellationToken);
            }
        }
    }

    public override Task WriteAsync(
        byte[] buffer,
        int offset,
        int count,
        CancellationToken cancellationToken
    ) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) =>
        inner.FlushAsync(cancellationToken);

    public override void Flush() => inner.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
