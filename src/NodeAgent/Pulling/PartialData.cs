using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace LlmOperator.NodeAgent.Pulling;

/// <summary>
/// The bytes of a partial file. All of the room is taken when the file is made, where the file system can: a disk that is
/// full says so before the first byte. Thread-safe.
/// </summary>
internal sealed class PartialData : IDisposable
{
    // Fits into the cache of a core.
    private const int PieceBytes = 256 << 10;
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
            FileOptions.None,
            isNew ? bytes : 0
        );
        if (isNew)
        {
            RandomAccess.SetLength(_file, bytes);
        }
    }

    public string Path { get; }

    /// <summary>Reads a part of the file piece by piece; false when the file ends before.</summary>
    public bool TryRead(
        long offset,
        long length,
        Action<ReadOnlySpan<byte>> take,
        CancellationToken cancellationToken
    )
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
            for (long end = offset + length; offset < end; )
            {
                cancellationToken.ThrowIfCancellationRequested();
                Span<byte> piece = buffer.AsSpan(0, (int)Math.Min(PieceBytes, end - offset));
                int read = RandomAccess.Read(_file, piece, offset);
                if (read == 0)
                {
                    return false;
                }

                take(piece[..read]);
                offset += read;
            }

            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // To the memory of the system: it does not wait for the disk, and a thread of its own would only cost a switch.
    public void Write(long offset, ReadOnlySpan<byte> bytes) => RandomAccess.Write(_file, bytes, offset);

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
