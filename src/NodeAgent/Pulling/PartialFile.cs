using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Store;

namespace LlmOperator.NodeAgent.Pulling;

/// <summary>
/// A download on disk. Its units are written in any order by several writers; the journal gets a line with a unit's
/// checksum when all of the unit is written. Writers of different units may work at the same time; members are
/// thread-safe.
/// </summary>
internal sealed class PartialFile : IDisposable
{
    private readonly string _folder;
    private readonly PartialData _data;
    private readonly JournaledUnits _journaled;
    private readonly OrderedDigest _whole;
    private readonly FinishedUnits _units;
    private readonly UnitWriters _writers;
    private readonly OriginPrefix _prefix;

    private PartialFile(string folder, UnitLayout layout)
    {
        _folder = folder;
        Layout = layout;
        Directory.CreateDirectory(folder);
        _data = new PartialData(Path.Combine(folder, "data"), layout.SizeBytes);
        _journaled = new JournaledUnits(Path.Combine(folder, "journal"), _data, layout);
        _units = _journaled.Finished;
        _whole = new OrderedDigest(layout);
        _writers = new UnitWriters(_data, layout);
        _prefix = new OriginPrefix(layout, _units, _writers);
        Digests = new UnitDigester(_data, layout, _units);
    }

    public UnitLayout Layout { get; }

    public string DataPath => _data.Path;

    /// <summary>Bytes of all units that are finished.</summary>
    public long VerifiedBytes => _units.Bytes;

    /// <summary>All bytes that were written, of unfinished units too.</summary>
    public long WrittenBytes => _units.Bytes + _writers.Bytes;

    /// <summary>Looks at the file's header as soon as it is here; null for files without one.</summary>
    public EarlyHeaderCheck? HeaderCheck
    {
        get => _prefix.Check;
        set => _prefix.Check = value;
    }

    public bool IsComplete => _units.IsComplete;

    /// <summary>What tells the file that the bytes are of from a later state of it.</summary>
    public string? EntityTag => _journaled.EntityTag;

    /// <summary>SHA-256 of its units, for peers.</summary>
    public UnitDigester Digests { get; }

    /// <summary>Opens a partial file and checks what its journal claims; what does not hold is forgotten.</summary>
    /// <exception cref="StoreException">The disk is full or cannot be written.</exception>
    public static async Task<PartialFile> OpenAsync(
        string folder,
        UnitLayout layout,
        CancellationToken cancellationToken
    )
    {
        PartialFile? file = null;
        try
        {
            file = new PartialFile(folder, layout);
            await Task.Run(() => file._journaled.Recover(cancellationToken), cancellationToken);
            return file;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            file?.Dispose();
            throw Unwritable(error);
        }
        catch
        {
            file?.Dispose();
            throw;
        }
    }

    /// <summary>Bytes of the disk that a folder takes already: all that its file needs are taken when it is made.</summary>
    public static long ClaimedBytes(string folder)
    {
        FileInfo data = new(Path.Combine(folder, "data"));
        return data.Exists ? data.Length : 0;
    }

    public bool Has(int unit) => _units.SumsOf(unit) is not null;

    /// <summary>Bytes of an unfinished unit that a source gave before its connection was cut.</summary>
    public int WrittenOf(int unit, IUnitSource source) => _writers.WrittenOf(unit, one => one == source);

    /// <summary>The writer of an unfinished unit. One user a unit at a time.</summary>
    /// <param name="unit">Its number.</param>
    /// <param name="source">Who gives the bytes. Those of a peer are hashed: someone may know the right digest.</param>
    /// <param name="skip">Bytes that the source need not give because <see cref="WrittenOf"/> said so; 0 starts anew.</param>
    /// <param name="dropped">Bytes that were there and come again.</param>
    public UnitWriter WriterOf(int unit, IUnitSource source, int skip, out int dropped) =>
        _writers.Of(
            unit,
            source,
            skip,
            withDigest: source.Kind == UnitSourceKind.Peer || Digests.IsWanted,
            out dropped
        );

    /// <summary>Marks a unit as finished whose writer has all of it.</summary>
    public void Finish(int unit, UnitSums sums, IUnitSource source)
    {
        _writers.Remove(unit);
        _journaled.Add(unit, sums, source);
    }

    /// <summary>Whether this process got a unit from the origin or a mirror of it.</summary>
    public bool IsFromOrigin(int unit) =>
        _units.GiverOf(unit) is { } giver && giver.Kind != UnitSourceKind.Peer;

    /// <summary>Units that this process got from others than those named, with who gave them.</summary>
    public IReadOnlyDictionary<int, IUnitSource> UnitsNotOf(Func<IUnitSource, bool> isOne) =>
        _units.NotOf(isOne);

    /// <summary>Looks at the header that the origin gave, where more of it is here than at the last look.</summary>
    /// <exception cref="Models.Gguf.InvalidModelException">The header is unsound.</exception>
    public Task CheckHeaderAsync(CancellationToken cancellationToken) => _prefix.LookAsync(cancellationToken);

    /// <summary>Throws away what was written of an unfinished unit.</summary>
    public void Drop(int unit) => _writers.Remove(unit);

    /// <summary>
    /// Forgets finished units, so that they are fetched again. Nobody may be hashing along. The whole file is hashed anew
    /// afterwards.
    /// </summary>
    public void Remove(IEnumerable<int> units)
    {
        _journaled.Remove(units);
        _whole.Clear();
    }

    /// <summary>Forgets all bytes. Nobody may be writing or hashing along.</summary>
    public void Reset(string? entityTag)
    {
        _writers.Clear();
        _journaled.Clear(entityTag);
        _whole.Clear();
        HeaderCheck?.Restart();
    }

    /// <summary>Records which state of the file the bytes are of.</summary>
    public void Tag(string entityTag) => _journaled.Tag(entityTag);

    /// <summary>Hashes the file while its units come in; returns when all of it is hashed. One caller at a time.</summary>
    public Task<ModelDigest> HashAlongAsync(CancellationToken cancellationToken) =>
        _whole.FollowAsync(_data, _units, cancellationToken);

    /// <summary>Brings to the disk what was finished since the last call.</summary>
    public void Sync() => _journaled.Sync();

    /// <summary>Opens the finished units for a reader; null when the file was moved away.</summary>
    public IPartialView? OpenView() =>
        _data.TryOpenReader() is { } reader ? new PartialView(this, reader) : null;

    /// <summary>Deletes the folder; the data may have been moved away before.</summary>
    public void Delete()
    {
        Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    public void Dispose()
    {
        _writers.Dispose();
        _data.Dispose();
        _journaled.Dispose();
        _whole.Dispose();
    }

    /// <summary>The error of a disk that does not take the bytes.</summary>
    public static StoreException Unwritable(Exception error) =>
        new(
            $"The model store cannot be written: {error.Message} Free room, or give the agent another data folder.",
            error
        );
}
