namespace LlmOperator.Models.Sources;

/// <summary>
/// A body of a known length: a shorter one and a longer one are errors, and so is a pause that is too long.
/// </summary>
internal sealed class BoundedStream : ForwardStream
{
    private readonly Stream _inner;
    private readonly TimeSpan _stall;
    private readonly TimeProvider _time;
    private long _remaining;

    public BoundedStream(Stream inner, long bytes)
        : this(inner, bytes, Timeout.InfiniteTimeSpan, TimeProvider.System) { }

    public BoundedStream(Stream inner, long bytes, TimeSpan stall, TimeProvider time)
    {
        _inner = inner;
        _remaining = bytes;
        _stall = stall;
        _time = time;
    }

    public override async ValueTask<int> ReadAsync(
        Memory<byte> buffer,
        CancellationToken cancellationToken = default
    )
    {
        if (_remaining == 0 || buffer.IsEmpty)
        {
            return 0;
        }

        Memory<byte> target = buffer.Length > _remaining ? buffer[..(int)_remaining] : buffer;
        using CancellationTokenSource stall = new(_stall, _time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(
            stall.Token,
            cancellationToken
        );
        int read;
        try
        {
            read = await _inner.ReadAsync(target, either.Token);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException($"The source sent nothing for {_stall.TotalSeconds:0} s.", error);
        }

        if (read == 0)
        {
            throw new EndOfStreamException($"The source ended {_remaining} bytes early.");
        }

        _remaining -= read;
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
