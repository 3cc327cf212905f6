using LlmOperator.Models.Gguf;
using LlmOperator.Models.Sources;

namespace LlmOperator.NodeAgent.Pulling;

/// <summary>
/// Checks the header of a model while the file is still being pulled, so that one that no engine may see costs the
/// bytes of its header and not those of the file. Thread-safe: while one caller looks, others go on.
/// </summary>
/// <param name="path">File whose first bytes are there.</param>
/// <param name="sizeBytes">Bytes of the whole file.</param>
internal sealed class EarlyHeaderCheck(string path, long sizeBytes)
{
    private readonly Lock _lock = new();
    private long _needed = 1;
    private bool _isLooking;
    private EarlyHeaderState _state;

    /// <summary>True for files that have a header to check.</summary>
    public static bool IsFor(ResolvedFileRole role) =>
        role is ResolvedFileRole.Weights or ResolvedFileRole.Projector or ResolvedFileRole.Adapter;

    /// <summary>True when nothing more is to be found out.</summary>
    public bool IsSettled
    {
        get
        {
            lock (_lock)
            {
                return _state == EarlyHeaderState.Sound;
            }
        }
    }

    /// <summary>Looks at what is there. Nothing is read when it cannot say more than the last time.</summary>
    /// <param name="prefixBytes">Bytes from the start of the file that are there without a gap.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="InvalidModelException">The header is unsound, whatever comes behind it.</exception>
    public async Task<EarlyHeaderState> LookAsync(long prefixBytes, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_state == EarlyHeaderState.Sound || _isLooking || prefixBytes < _needed)
            {
                return _state;
            }

            _isLooking = true;
        }

        long needed = 1;
        EarlyHeaderState found = EarlyHeaderState.NeedsMoreBytes;
        try
        {
            (found, needed) = await ReadAsync(prefixBytes, cancellationToken);
            return found;
        }
        finally
        {
            lock (_lock)
            {
                (_isLooking, _state, _needed) = (false, found, needed);
            }
        }
    }

    /// <summary>Forgets what was found: the file begins anew.</summary>
    public void Restart()
    {
        lock (_lock)
        {
            (_state, _needed) = (EarlyHeaderState.NeedsMoreBytes, 1);
        }
    }

    private async Task<(EarlyHeaderState State, long Needed)> ReadAsync(
        long prefixBytes,
        CancellationToken cancellationToken
    )
    {
        using FileByteRangeSource file = new(path);
        PrefixSource prefix = new(file, prefixBytes, sizeBytes);
        try
        {
            _ = await GgufReader.ReadAsync(prefix, GgufLimits.Default, cancellationToken);
            return (EarlyHeaderState.Sound, sizeBytes);
        }
        catch (EndOfStreamException) when (prefix.Missing is { } missing)
        {
            // The header is read from its start each time: with doubling that is at most twice its bytes in all.
            return (
                EarlyHeaderState.NeedsMoreBytes,
                Math.Min(sizeBytes, Math.Max(missing + 1, prefixBytes * 2))
            );
        }
    }

    // As long as the whole file, with an end in between behind which nothing is there yet.
    private sealed class PrefixSource(IByteRangeSource file, long prefixBytes, long sizeBytes)
        : IByteRangeSource
    {
        public long Length => sizeBytes;

        public long? Missing { get; private set; }

        public ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
        {
            if (offset >= sizeBytes)
            {
                return new(0);
            }

            if (offset >= prefixBytes)
            {
                Missing = offset;
                throw new EndOfStreamException();
            }

            int bytes = (int)Math.Min(buffer.Length, prefixBytes - offset);
            return file.ReadAsync(offset, buffer[..bytes], cancellationToken);
        }
    }
}
