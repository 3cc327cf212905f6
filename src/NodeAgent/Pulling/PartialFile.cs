using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Store;

namespace LlmOperator.NodeAgent.Pulling;

/// <summary>
/// A download on disk. Its units are written in any order by several writers; the journal gets a line with a unit's
/// checksum when all of the unit is written. After a crash the units that the journal claims are read and compared, and
/// nothing else is believed. Writers of different units may work at the same time; members are thread-safe.
/// </summary>
internal sealed class PartialFile : IDisposable
{
    private readonly string _folder;
    private readonly PartialData _data;
    private readonly PartialJournal _journal;
    private readonly OrderedDigest _whole;
    private readonly FinishedUnits _units;
    private readonly UnitWriters _writers;
    private readonly UnitDigester _digester;
    private readonly Lock _lock = new();
    private bool _isUnsynced;

    private PartialFile(string folder, UnitLayout layout)
    {
        _folder = folder;
        Layout = layout;
        Directory.CreateDirectory(folder);
        _journal = new PartialJournal(Path.Combine(folder, "journal"));
        _data = new PartialData(Path.Combine(folder, "data"), layout.SizeBytes);
        _whole = new OrderedDigest(layout);
        _units = new FinishedUnits(layout);
        _writers = new UnitWriters(_data, layout);
        _digester = new UnitDigester(_data, layout, _units);
    }

    public UnitLayout Layout { get; }

    public string DataPath => _data.Path;

    /// <summary>Bytes of all units that are finished.</summary>
    public long VerifiedBytes => _units.Bytes;

    /// <summary>All bytes that were written, of unfinished units too.</summary>
    public long WrittenBytes => _units.Bytes + _writers.Bytes;

    /// <summary>Looks at the file's header as soon as it is here; null for files without one.</summary>
    public EarlyHeaderCheck? HeaderCheck { get; set; }

    public bool IsComplete => _units.IsComplete;

    /// <summary>What tells the file that the bytes are of from a later state of it.</summary>
    public string? EntityTag { get; private set; }

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
            await Task.Run(() => file.Recover(cancellationToken), cancellationToken);
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

    /// <summary>SHA-256 of a finished unit, in hex; null for another, and while nobody needed it.</summary>
    public string? DigestOf(int unit) => _units.SumsOf(unit)?.Digest;

    /// <summary>SHA-256 of a finished unit, in hex; computed where nobody needed it before.</summary>
    /// <exception cref="StoreException">The disk does not give what was written.</exception>
    public string RequireDigestOf(int unit, CancellationToken cancellationToken)
    {
        try
        {
            return _digester.Of(unit, cancellationToken);
        }
        catch (IOException error)
        {
            throw Unwritable(error);
        }
    }

    /// <summary>Peers rely on the digests of the units from now on.</summary>
    public void WantDigests() => _digester.Want();

    /// <summary>Whether somebody wants the digests of the units.</summary>
    public bool WantsDigests => _digester.IsWanted;

    /// <summary>Computes digests of units where peers want them; returns when all of the file has them.</summary>
    /// <exception cref="IOException">The disk does not give what was written.</exception>
    public Task DigestAlongAsync(CancellationToken cancellationToken) =>
        _digester.RunAsync(cancellationToken);

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
            withDigest: source.Kind == UnitSourceKind.Peer || _digester.IsWanted,
            out dropped
        );

    /// <summary>Marks a unit as finished whose writer has all of it.</summary>
    public void Finish(int unit, UnitSums sums, IUnitSource source)
    {
        lock (_lock)
        {
            _writers.Remove(unit);
            _journal.AddUnit(unit, sums.Checksum);
            _isUnsynced = true;
        }

        _units.Add(unit, sums, source);
    }

    /// <summary>Units that this process got from others than those named, with who gave them.</summary>
    public IReadOnlyDictionary<int, IUnitSource> UnitsNotOf(Func<IUnitSource, bool> isOne) =>
        _units.NotOf(isOne);

    /// <summary>
    /// Looks at the header that the origin gave, where more of it is here than at the last look. What others gave proves
    /// nothing before the whole file has its digest.
    /// </summary>
    /// <exception cref="Models.Gguf.InvalidModelException">The header is unsound.</exception>
    public async Task CheckHeaderAsync(CancellationToken cancellationToken)
    {
        if (HeaderCheck is { IsSettled: false } check && OriginPrefixBytes() is > 0 and long bytes)
        {
            await check.LookAsync(bytes, cancellationToken);
        }
    }

    /// <summary>Throws away what was written of an unfinished unit.</summary>
    public void Drop(int unit) => _writers.Remove(unit);

    /// <summary>
    /// Forgets finished units, so that they are fetched again. Nobody may be hashing along. The whole file is hashed anew
    /// afterwards.
    /// </summary>
    public void Remove(IEnumerable<int> units)
    {
        lock (_lock)
        {
            foreach (int unit in units)
            {
                _journal.RemoveUnit(unit);
                _units.Remove(unit);
            }

            _whole.Clear();
        }
    }

    /// <summary>Forgets all bytes. Nobody may be writing or hashing along.</summary>
    public void Reset(string? entityTag)
    {
        lock (_lock)
        {
            _writers.Clear();
            _units.Clear();
            _whole.Clear();
            _journal.Clear();
            EntityTag = entityTag;
            _journal.AddHeader(new PartialHeader(Layout.SizeBytes, Layout.UnitBytes, entityTag));
            HeaderCheck?.Restart();
        }
    }

    /// <summary>Records which state of the file the bytes are of.</summary>
    public void Tag(string entityTag)
    {
        lock (_lock)
        {
            if (EntityTag != entityTag)
            {
                EntityTag = entityTag;
                _journal.AddHeader(new PartialHeader(Layout.SizeBytes, Layout.UnitBytes, entityTag));
            }
        }
    }

    /// <summary>Hashes the file while its units come in; returns when all of it is hashed. One caller at a time.</summary>
    public Task<ModelDigest> HashAlongAsync(CancellationToken cancellationToken) =>
        _whole.FollowAsync(_data, _units, cancellationToken);

    /// <summary>Brings to the disk what was finished since the last call.</summary>
    public void Sync()
    {
        lock (_lock)
        {
            if (!_isUnsynced)
            {
                return;
            }

            _isUnsynced = false;
        }

        _data.Sync();
        _journal.Sync();
    }

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
        _journal.Dispose();
        _whole.Dispose();
    }

    /// <summary>The error of a disk that does not take the bytes.</summary>
    public static StoreException Unwritable(Exception error) =>
        new(
            $"The model store cannot be written: {error.Message} Free room, or give the agent another data folder.",
            error
        );

    // Bytes from the start of the file without a gap that this process has from the origin.
    private long OriginPrefixBytes()
    {
        static bool IsOrigin(IUnitSource? source) => source?.Kind == UnitSourceKind.Origin;
        long bytes = 0;
        for (int unit = 0; unit < Layout.Count; unit++)
        {
            if (!IsOrigin(_units.GiverOf(unit)))
            {
                return bytes + _writers.WrittenOf(unit, IsOrigin);
            }

            bytes += Layout.LengthOf(unit);
        }

        return bytes;
    }

    private void Recover(CancellationToken cancellationToken)
    {
        if (_journal.Read(Layout) is not var (tag, claimed))
        {
            Reset(null);
            return;
        }

        EntityTag = tag;
        foreach ((int unit, string claim) in claimed)
        {
            UnitChecksum checksum = new();
            bool isWhole = _data.TryRead(
                Layout.OffsetOf(unit),
                Layout.LengthOf(unit),
                bytes => checksum.Add(bytes),
                cancellationToken
            );
            if (isWhole && checksum.ToString() == claim)
            {
                _units.Add(unit, new UnitSums(claim, Digest: null), giver: null);
            }
            else
            {
                // It must not be believed next time.
                _journal.RemoveUnit(unit);
            }
        }
    }
}
