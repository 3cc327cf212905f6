using System.Buffers;
using LlmOperator.Models.Sources;

namespace LlmOperator.Models.Gguf;

/// <summary>
/// Ranges of a resolved file, fetched in windows that start at 1 MiB and double, so that a header costs a few requests
/// and little more than its size. For one reader that goes forwards. Windows are rented: give them back by disposing.
/// </summary>
public sealed class HttpByteRangeSource : IByteRangeSource, IDisposable
{
    private const int FirstWindowBytes = 1 << 20;
    private const int LargestWindowBytes = 16 << 20;

    private readonly IRangeClient _client;
    private readonly ResolvedFile _file;
    private byte[] _window = [];
    private string? _entityTag;
    private long _windowStart;
    private int _windowBytes;
    private int _nextWindowBytes = FirstWindowBytes;

    /// <summary>Reads <paramref name="file"/> through <paramref name="client"/>.</summary>
    public HttpByteRangeSource(IRangeClient client, ResolvedFile file)
    {
        _client = client;
        _file = file;
    }

    /// <inheritdoc/>
    public long Length => _file.SizeBytes;

    /// <summary>Bytes fetched so far.</summary>
    public long FetchedBytes { get; private set; }

    /// <inheritdoc/>
    /// <exception cref="ModelSourceException">The source does not serve ranges, failed, or has another file by now.</exception>
    public async ValueTask<int> ReadAsync(
        long offset,
        Memory<byte> buffer,
        CancellationToken cancellationToken
    )
    {
        if (offset >= Length || buffer.IsEmpty)
        {
            return 0;
        }

        if (offset < _windowStart || offset >= _windowStart + _windowBytes)
        {
            await FetchAsync(offset, cancellationToken);
        }

        int start = (int)(offset - _windowStart);
        int count = Math.Min(buffer.Length, _windowBytes - start);
        _window.AsMemory(start, count).CopyTo(buffer);
        return count;
    }

    /// <summary>Gives the memory back; nothing can be read afterwards.</summary>
    public void Dispose() => Replace([], 0, 0);

    private void Replace(byte[] window, long start, int bytes)
    {
        byte[] before = _window;
        (_window, _windowStart, _windowBytes) = (window, start, bytes);
        if (before.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(before);
        }
    }

    private async Task FetchAsync(long offset, CancellationToken cancellationToken)
    {
        int bytes = (int)Math.Min(_nextWindowBytes, Length - offset);
        // Many inspections in a row would leave a large array each.
        byte[] window = ArrayPool<byte>.Shared.Rent(bytes);
        // Not given back when this fails: a read that was cut short may still write to it.
        await FillAsync(window.AsMemory(0, bytes), offset, cancellationToken);
        Replace(window, offset, bytes);
        FetchedBytes += bytes;
        _nextWindowBytes = Math.Min(_nextWindowBytes * 2, LargestWindowBytes);
    }

    private async Task FillAsync(Memory<byte> window, long offset, CancellationToken cancellationToken)
    {
        await using RangeResponse response = await _client.OpenRangeAsync(
            _file,
            offset,
            window.Length,
            cancellationToken
        );
        if (response.Outcome == RangeOutcome.ResolveAgain)
        {
            throw new ModelSourceException(
                ModelSourceFailure.Unauthorized,
                $"{_file.Url.Host} does not give this file without a valid token; name a Secret with one."
            );
        }

        if (response.Outcome == RangeOutcome.FromStart && offset > 0)
        {
            throw new ModelSourceException(
                ModelSourceFailure.Invalid,
                $"{_file.Url.Host} does not serve ranges, so the model's header cannot be read before all of it is downloaded; use a server that does, or another source."
            );
        }

        if (_entityTag is not null && response.EntityTag != _entityTag)
        {
            throw new ModelSourceException(
                ModelSourceFailure.Unreachable,
                $"The file at {_file.Url.Host} changed while its header was read ({_entityTag}, now {response.EntityTag ?? "without one"}); it is read again from its start."
            );
        }

        _entityTag = response.EntityTag;
        try
        {
            await response.Content.ReadExactlyAsync(window, cancellationToken);
        }
        catch (IOException error)
        {
            throw new ModelSourceException(
                ModelSourceFailure.Unreachable,
                $"{_file.Url.Host} cut the connection; it is tried again later.",
                error
            );
        }
    }
}
