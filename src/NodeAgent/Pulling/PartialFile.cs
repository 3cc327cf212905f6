using System.Buffers;
using System.Security.Cryptography;
using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Store;

namespace LlmOperator.NodeAgent.Pulling;

/// <summary>
/// A download on disk. Its units are written in any order by several writers; the journal gets a line with a unit's
/// digest when all of the unit is written. After a crash the units that the journal claims are read and compared, and
/// nothing else is believed. Writers of different units may work at the same time; members are thread-safe.
/// </summary>
internal sealed class PartialFile : IDisposable
{
    private readonly string _folder;
    private readonly PartialData _data;
    private readonly PartialJournal _journal;
    private readonly OrderedDigest _whole;
    private readonly Lock _lock = new();
    private readonly string?[] _digests;
    private readonly Dictionary<int, UnitWriter> _writers = [];
    private readonly Dictionary<int, IUnitSource> _givers = [];
    private TaskCompletionSource _finished = NewSignal();
    private int _finishedUnits;
    private long _verifiedBytes;
    private bool _isUnsynced;

    private PartialFile(string folder, UnitLayout layout)
    {
        _folder = folder;
        Layout = layout;
        Directory.CreateDirectory(folder);
        _journal = new PartialJournal(Path.Combine(folder, "journal"));
        _data = new PartialData(Path.Combine(folder, "data"), layout.SizeBytes);
        _whole = new OrderedDigest(layout);
        _digests = new string?[layout.Count];
    }

    public UnitLayout Layout { get; }

    public string DataPath => _data.Path;

    /// <summary>Bytes of all units that are finished.</summary>
    public long VerifiedBytes => Interlocked.Read(ref _verifiedBytes);

    /// <summary>All bytes that were written, of unfinished units too.</summary>
    public long WrittenBytes
    {
        get
        {
            lock (_lock)
            {
                return VerifiedBytes + _writers.Values.Sum(writer => (long)writer.Written);
            }
        }
    }

    /// <summary>Looks at the file's header as soon as it is here; null for files without one.</summary>
    public EarlyHeaderCheck? HeaderCheck { get; set; }

    public bool IsComplete => Volatile.Read(ref _finishedUnits) == Layout.Count;

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
            await file.RecoverAsync(cancellationToken);
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

    public bool Has(int unit) => Volatile.Read(ref _digests[unit]) is not null;

    /// <summary>SHA-256 of a finished unit, in hex.</summary>
    public string DigestOf(int unit) =>
        Volatile.Read(ref _digests[unit])
        ?? throw new InvalidOperationException($"Unit {unit} is not here yet.");

    /// <summary>Bytes of an unfinished unit that a source gave before its connection was cut.</summary>
    public int WrittenOf(int unit, IUnitSource source)
    {
        lock (_lock)
        {
            return _writers.TryGetValue(unit, out UnitWriter? writer) && writer.Source == source
                ? writer.Written
                : 0;
        }
    }

    /// <summary>The writer of an unfinished unit. One user a unit at a time.</summary>
    /// <param name="unit">Its number.</param>
    /// <param name="source">Who gives the bytes.</param>
    /// <param name="skip">Bytes that the source need not give because <see cref="WrittenOf"/> said so; 0 starts anew.</param>
    /// <param name="dropped">Bytes that were there and come again.</param>
    public UnitWriter WriterOf(int unit, IUnitSource source, int skip, out int dropped)
    {
        lock (_lock)
        {
            dropped = 0;
            if (_writers.TryGetValue(unit, out UnitWriter? writer))
            {
                if (writer.Source == source && writer.Written == skip)
                {
                    return writer;
                }

                dropped = writer.Written;
                writer.Dispose();
            }

            return _writers[unit] = new UnitWriter(_data, Layout, unit, source);
        }
    }

    /// <summary>Marks a unit as finished whose writer has all of it.</summary>
    public void Finish(int unit, string digest, IUnitSource source)
    {
        lock (_lock)
        {
            Forget(unit);
            _journal.AddUnit(unit, digest);
            Mark(unit, digest);
            _givers[unit] = source;
            _isUnsynced = true;
            _finished.TrySetResult();
        }
    }

    /// <summary>Units that this process got from others than those named, with who gave them.</summary>
    public IReadOnlyDictionary<int, IUnitSource> UnitsNotOf(Func<IUnitSource, bool> isOne)
    {
        lock (_lock)
        {
            return _givers.Where(pair => !isOne(pair.Value)).ToDictionary();
        }
    }

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
    public void Drop(int unit)
    {
        lock (_lock)
        {
            Forget(unit);
        }
    }

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
                Volatile.Write(ref _digests[unit], null);
                Interlocked.Add(ref _verifiedBytes, -Layout.LengthOf(unit));
                Volatile.Write(ref _finishedUnits, _finishedUnits - 1);
                _givers.Remove(unit);
            }

            _whole.Clear();
        }
    }

    /// <summary>Forgets all bytes. Nobody may be writing or hashing along.</summary>
    public void Reset(string? entityTag)
    {
        lock (_lock)
        {
            foreach (int unit in _writers.Keys.ToArray())
            {
                Forget(unit);
            }

            Array.Clear(_digests);
            _givers.Clear();
            _whole.Clear();
            Interlocked.Exchange(ref _verifiedBytes, 0);
            Volatile.Write(ref _finishedUnits, 0);
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
    public async Task<ModelDigest> HashAlongAsync(CancellationToken cancellationToken)
    {
        while (!_whole.IsComplete)
        {
            Task change;
            lock (_lock)
            {
                if (_finished.Task.IsCompleted)
                {
                    _finished = NewSignal();
                }

                change = _finished.Task;
            }

            if (Has(_whole.Next))
            {
                await _whole.AddAsync(_data.ReadAsync, cancellationToken);
            }
            else
            {
                await change.WaitAsync(cancellationToken);
            }
        }

        return _whole.Current();
    }

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
        foreach (UnitWriter writer in _writers.Values)
        {
            writer.Dispose();
        }

        _writers.Clear();
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
        lock (_lock)
        {
            long bytes = 0;
            for (int unit = 0; unit < Layout.Count; unit++)
            {
                if (_givers.TryGetValue(unit, out IUnitSource? giver) && giver.Kind == UnitSourceKind.Origin)
                {
                    bytes += Layout.LengthOf(unit);
                    continue;
                }

                return
                    _writers.TryGetValue(unit, out UnitWriter? writer)
                    && writer.Source.Kind == UnitSourceKind.Origin
                    ? bytes + writer.Written
                    : bytes;
            }

            return bytes;
        }
    }

    private static TaskCompletionSource NewSignal() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Mark(int unit, string digest)
    {
        Volatile.Write(ref _digests[unit], digest);
        Interlocked.Add(ref _verifiedBytes, Layout.LengthOf(unit));
        Volatile.Write(ref _finishedUnits, _finishedUnits + 1);
    }

    private void Forget(int unit)
    {
        if (_writers.Remove(unit, out UnitWriter? writer))
        {
            writer.Dispose();
        }
    }

    private async Task RecoverAsync(CancellationToken cancellationToken)
    {
        if (_journal.Read(Layout) is not var (tag, claimed))
        {
            Reset(null);
            return;
        }

        EntityTag = tag;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(claimed.Count == 0 ? 0 : Layout.UnitBytes);
        try
        {
            foreach ((int unit, string digest) in claimed)
            {
                Memory<byte> bytes = buffer.AsMemory(0, Layout.LengthOf(unit));
                bool holds =
                    await _data.TryFillAsync(Layout.OffsetOf(unit), bytes, cancellationToken)
                    && Convert.ToHexStringLower(SHA256.HashData(bytes.Span)) == digest;
                if (!holds)
                {
                    // It must not be believed next time.
                    _journal.RemoveUnit(unit);
                    continue;
                }

                Mark(unit, digest);
                if (unit == _whole.Next)
                {
                    _whole.Add(bytes.Span);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
