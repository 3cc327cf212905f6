using Microsoft.Win32.SafeHandles;

namespace LlmOperator.Models.Gguf;

/// <summary>Ranges of a local file.</summary>
public sealed class FileByteRangeSource : IByteRangeSource, IDisposable
{
    private readonly SafeFileHandle _handle;

    /// <summary>Opens <paramref name="path"/> for reading.</summary>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public FileByteRangeSource(string path)
    {
        _handle = File.OpenHandle(
            path,
            FileMode.Open,
            FileAccess.Read,
            FileShare.ReadWrite | FileShare.Delete
        );
        Length = RandomAccess.GetLength(_handle);
    }

    /// <inheritdoc/>
    public long Length { get; }

    /// <inheritdoc/>
    public ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken) =>
        RandomAccess.ReadAsync(_handle, buffer, offset, cancellationToken);

    /// <summary>Closes the file.</summary>
    public void Dispose() => _handle.Dispose();
}
