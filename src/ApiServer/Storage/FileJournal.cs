using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace LlmOperator.ApiServer.Storage;

/// <summary>
/// A journal in one append-only file. Whatever waits is written together and synchronised once (group commit);
/// only then are the changes published and their writers answered. When most of the file is history, it is
/// replaced by one that holds only what lives.
/// </summary>
internal sealed partial class FileJournal : IJournal
{
    private const string FileName = "objects.journal";
    private const int MostInABatch = 512;

    private readonly string _path;
    private readonly FileStream _lock;
    private readonly ILogger _logger;
    private readonly long _compactAt;
    private readonly Channel<PendingChange> _pending = Channel.CreateUnbounded<PendingChange>(
        new UnboundedChannelOptions { SingleReader = true }
    );
    private SafeFileHandle _file;
    private long _end;
    private long _sizeAfterCompaction;
    private Task _writing = Task.CompletedTask;
    private Action<IReadOnlyList<StoreEvent>> _publish = _ => { };
    private Action<Action> _rollback = _ => { };
    private Func<StoreSnapshot> _published = () => StoreSnapshot.Empty;

    /// <param name="compactAt">A file smaller than this is never compacted; bytes.</param>
    /// <exception cref="IOException">Another process uses the folder.</exception>
    public FileJournal(string directory, ILogger logger, long compactAt = 8 << 20)
    {
        _path = Path.Combine(directory, FileName);
        _logger = logger;
        _compactAt = compactAt;
        _lock = JournalFiles.Lock(directory);
        try
        {
            File.Delete($"{_path}.new");
            _file = JournalFiles.OpenOrCreate(_path);
        }
        catch
        {
            _lock.Dispose();
            throw;
        }
    }

    public StoreSnapshot Load()
    {
        var (state, end) = JournalReader.Read(_file, _path);
        var size = RandomAccess.GetLength(_file);
        if (end < size)
        {
            LogTornTail(_logger, _path, size - end);
            RandomAccess.SetLength(_file, end);
            RandomAccess.FlushToDisk(_file);
        }
        _end = _sizeAfterCompaction = end;
        return state;
    }

    public void Start(
        Action<IReadOnlyList<StoreEvent>> publish,
        Action<Action> rollback,
        Func<StoreSnapshot> published
    )
    {
        (_publish, _rollback, _published) = (publish, rollback, published);
        _writing = Task.Run(WriteLoopAsync);
    }

    public Task Append(StoreEvent change)
    {
        var pending = new PendingChange(change);
        return _pending.Writer.TryWrite(pending)
            ? pending.Done.Task
            : Task.FromException(new ObjectDisposedException(nameof(FileJournal)));
    }

    public async ValueTask DisposeAsync()
    {
        _pending.Writer.TryComplete();
        await _writing;
        Close();
    }

    /// <summary>Lets go of the files of a journal that was never started.</summary>
    public void Close()
    {
        _file.Dispose();
        _lock.Dispose();
    }

    private async Task WriteLoopAsync()
    {
        while (await _pending.Reader.WaitToReadAsync())
        {
            var batch = new List<PendingChange>();
            while (batch.Count < MostInABatch && _pending.Reader.TryRead(out var change))
            {
                batch.Add(change);
            }
            Commit(batch);
        }
    }

    private void Commit(List<PendingChange> batch)
    {
        try
        {
            Write(batch);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogWriteFailed(_logger, _path, e);
            Abandon(batch, e);
            return;
        }
        _publish([.. batch.Select(p => p.Change)]);
        foreach (var pending in batch)
        {
            pending.Done.TrySetResult();
        }
        TryCompact();
    }

    private void Write(List<PendingChange> batch)
    {
        var records = batch.ConvertAll(p => (ReadOnlyMemory<byte>)JournalRecord.Write(p.Change));
        RandomAccess.Write(_file, records, _end);
        RandomAccess.FlushToDisk(_file);
        _end += records.Sum(r => (long)r.Length);
    }

    /// <summary>The disk refused: the batch, and whatever was decided on top of it, never happened.</summary>
    private void Abandon(List<PendingChange> batch, Exception why)
    {
        _rollback(() =>
        {
            while (_pending.Reader.TryRead(out var later))
            {
                batch.Add(later);
            }
        });
        foreach (var pending in batch)
        {
            pending.Done.TrySetException(
                new IOException($"The journal could not be written: {why.Message}", why)
            );
        }
        try
        {
            RandomAccess.SetLength(_file, _end);
        }
        catch (IOException e)
        {
            // The next start cuts the tail off.
            LogWriteFailed(_logger, _path, e);
        }
    }

    private void TryCompact()
    {
        if (_end < _compactAt || _end < 2 * _sizeAfterCompaction)
        {
            return;
        }
        try
        {
            var (file, end) = JournalFiles.WriteCompacted(_path, _published());
            _file.Dispose();
            _file = file;
            LogCompacted(_logger, _path, _end, end);
            _end = _sizeAfterCompaction = end;
        }
        catch (IOException e)
        {
            // The old file is whole and stays in use; tried again after as much has been written.
            _sizeAfterCompaction = _end;
            LogCompactionFailed(_logger, _path, e);
        }
    }
}
