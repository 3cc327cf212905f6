using Microsoft.Win32.SafeHandles;

namespace LlmOperator.NodeAgent.Pulling;

/// <summary>
/// The bytes of a partial file. All of the room is taken when the file is made, where the file system can: a disk that is
/// full says so before the first byte. Thread-safe.
/// </summary>
internal sealed class PartialData : IDisposable
{
    private readonly SafeFileHandle _file;

    public PartialData(string path, long bytes)
    {
        Path = path;
        FileInfo file = new(path);
        bool isNew = !file.Exists || file.Length != bytes;
        _file = File.OpenHandle(
            path,
            isNew ? FileMode.Create : FileMode.Open,
            FileAccess.ReadWrite,
            FileShare.ReadWrite | FileShare.Delete,
            FileOptions.Asynchronous,
            isNew ? bytes : 0
        );
        if (isNew)
        {
            RandomAccess.SetLength(_file, bytes);
        }
    }

    public string Path { get; }

    public ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken) =>
        RandomAccess.ReadAsync(_file, buffer, offset, cancellationToken);

    /// <summary>Fills the buffer; false when the file ends before.</summary>
    public async Task<bool> TryFillAsync(
        long offset,
        Memory<byte> buffer,
        CancellationToken cancellationToken
    )
    {
        for (int done = 0; done < buffer.Length; )
        {
            int read = await ReadAsync(offset + done, buffer[done..], cancellationToken);
            if (read == 0)
            {
                return false;
            }

            done += read;
        }

        return true;
    }

    public ValueTask WriteAsync(
        long offset,
        ReadOnlyMemory<byte> bytes,
        CancellationToken cancellationToken
    ) => RandomAccess.WriteAsync(_file, bytes, offset, cancellationToken);

    /// <summary>Returns when everything written is on the disk.</summary>
    public void Sync() => RandomAccess.FlushToDisk(_file);

    /// <summary>Opens the file for another reader; null when it was moved away.</summary>
    public SafeFileHandle? TryOpenReader()
    {
        try
        {
            return File.OpenHandle(
                Path,
                FileMode.Open,
                FileAccess.Read,
                FileShare.ReadWrite | FileShare.Delete,
                FileOptions.Asynchronous
            );
        }
        catch (IOException)
        {
            // Finished or given up since it was looked up.
            return null;
        }
    }

    public void Dispose() => _file.Dispose();
}
