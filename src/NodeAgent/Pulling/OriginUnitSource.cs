using System.Buffers;
using LlmOperator.Models.Sources;

namespace LlmOperator.NodeAgent.Pulling;

/// <summary>
/// A file where it is published. The first answer decides how it is asked: with several connections when it gives ranges
/// and says what state of the file they are of, else with one from start to end.
/// </summary>
internal sealed class OriginUnitSource : IUnitSource, IDisposable
{
    private const int MostRefusals = 3;
    private const int MostIgnoredRanges = 3;
    private const int MostChanges = 3;
    private const int SkipBytes = 64 << 10;
    private const string ChangedMessage = "The source has another file now than when the pull began.";

    private readonly IRangeClient _ranges;
    private readonly OriginAddress _address;
    private readonly long _sizeBytes;
    private readonly bool _hasDigest;
    private readonly Func<int> _connections;
    private readonly Lock _lock = new();
    private bool _isSettled;
    private bool _gaveRange;
    private int _ignoredRanges;
    private int _changes;
    private volatile bool _isSequential;
    private volatile bool _ignoresTags;
    private string? _entityTag;

    /// <param name="name">For people.</param>
    /// <param name="kind">Origin or mirror.</param>
    /// <param name="file">What to fetch.</param>
    /// <param name="ranges">Opens it.</param>
    /// <param name="resolveAgain">Gets a fresh address for it.</param>
    /// <param name="connections">Requests at the same time, at most.</param>
    /// <param name="entityTag">State of the file that the bytes on the disk are of; null when there are none or nobody said.</param>
    public OriginUnitSource(
        string name,
        UnitSourceKind kind,
        ResolvedFile file,
        IRangeClient ranges,
        Func<CancellationToken, Task<ResolvedFile>> resolveAgain,
        Func<int> connections,
        string? entityTag
    )
    {
        (Name, Kind, _ranges, _connections, _entityTag) = (name, kind, ranges, connections, entityTag);
        (_sizeBytes, _hasDigest) = (file.SizeBytes, file.Digest is not null);
        _address = new OriginAddress(file, resolveAgain);
    }

    public string Name { get; }

    public UnitSourceKind Kind { get; }

    public int Connections => _isSequential || !Volatile.Read(ref _isSettled) ? 1 : _connections();

    public bool IsSequential => _isSequential;

    public string? EntityTag => _ignoresTags ? null : Volatile.Read(ref _entityTag);

    public bool Has(int unit) => true;

    public Task RefreshAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Blame(int unit, UnitFault fault) { }

    public async Task<Stream> OpenAsync(UnitSpan span, CancellationToken cancellationToken)
    {
        if (span.Offset > 0 && !_hasDigest && EntityTag is null)
        {
            // Nothing would tell that the rest comes from another file than the beginning.
            throw new ContentChangedException("The source does not say whether the file is still the same.");
        }

        long length = _isSequential ? _sizeBytes - span.Offset : span.Length;
        for (int refusals = 0; ; refusals++)
        {
            int changes = Volatile.Read(ref _changes);
            (ResolvedFile used, RangeResponse response) = await _address.OpenAsync(
                // Not on condition of the tag: all of the new file would be the answer where it changed, and the answer's tag
                // says so as well.
                file => _ranges.OpenRangeAsync(file, span.Offset, length, cancellationToken),
                cancellationToken
            );
            if (response.Outcome != RangeOutcome.ResolveAgain)
            {
                return await CheckedAsync(span, response, changes, cancellationToken);
            }

            await response.DisposeAsync();
            if (refusals == MostRefusals)
            {
                throw new ModelSourceException(
                    ModelSourceFailure.Unauthorized,
                    $"The source refuses its own address of the file ({used}) again and again; check the credentials."
                );
            }

            await _address.RenewAsync(used, cancellationToken);
        }
    }

    public void Dispose() => _address.Dispose();

    private async Task<Stream> CheckedAsync(
        UnitSpan span,
        RangeResponse response,
        int changes,
        CancellationToken cancellationToken
    )
    {
        try
        {
            lock (_lock)
            {
                if (changes != _changes && !_ignoresTags)
                {
                    // Asked before another connection found the change: whichever state this is of, it counts no more.
                    throw new ContentChangedException(ChangedMessage);
                }

                Learn(span, response);
            }

            if (response.Outcome == RangeOutcome.FromStart)
            {
                await SkipAsync(response.Content, span.Offset, cancellationToken);
            }

            return new RangeStream(response);
        }
        catch
        {
            await response.DisposeAsync();
            throw;
        }
    }

    private void Learn(UnitSpan span, RangeResponse response)
    {
        string? tag = response.EntityTag;
        if (!_ignoresTags && _entityTag is { } known && (tag is null ? !_hasDigest : tag != known))
        {
            Changed();
        }

        Volatile.Write(ref _entityTag, _entityTag ?? tag);
        if (response.Outcome == RangeOutcome.FromOffset)
        {
            _gaveRange = true;
        }
        else if (span.Offset > 0 || span.Length < _sizeBytes)
        {
            if (_gaveRange && ++_ignoredRanges < MostIgnoredRanges)
            {
                throw new IOException("The source sent all of the file where a part was asked for.");
            }

            _isSequential = true;
        }

        if (!_hasDigest && _entityTag is null)
        {
            _isSequential = true;
        }

        Volatile.Write(ref _isSettled, true);
    }

    private void Changed()
    {
        _changes++;
        if (_changes < MostChanges)
        {
            // One connection finds out what the file is now, before others ask for parts of it. A new tag that only one
            // server of many has would make each of them answer with all of the file.
            Volatile.Write(ref _entityTag, null);
            Volatile.Write(ref _isSettled, false);
            throw new ContentChangedException(ChangedMessage);
        }

        if (!_hasDigest)
        {
            throw new ModelSourceException(
                ModelSourceFailure.Invalid,
                "The source changes the file again and again; give the source a sha256, or wait until it is complete."
            );
        }

        // Servers behind one name that do not agree on the tag: the digest decides.
        _ignoresTags = true;
    }

    private static async Task SkipAsync(Stream content, long bytes, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(SkipBytes);
        try
        {
            while (bytes > 0)
            {
                int read = await content.ReadAsync(
                    buffer.AsMemory(0, (int)Math.Min(SkipBytes, bytes)),
                    cancellationToken
                );
                if (read == 0)
                {
                    throw new EndOfStreamException("The source ended the file before its end.");
                }

                bytes -= read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
