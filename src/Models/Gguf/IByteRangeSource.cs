namespace LlmOperator.Models.Gguf;

/// <summary>Bytes that can be read from any offset: a file, or an HTTP resource by ranges.</summary>
public interface IByteRangeSource
{
    /// <summary>Total bytes of the resource.</summary>
    long Length { get; }

    /// <summary>
    /// Reads from <paramref name="offset"/> into <paramref name="buffer"/>: at least one byte,
    /// or 0 at or after the end.
    /// </summary>
    ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken);
}
