using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace LlmOperator.Kubernetes.Watching;

/// <summary>Splits a stream into lines without copying them; the length of a line is bounded.</summary>
internal static class WatchLineReader
{
    /// <summary>Longest line: etcd's limit of an object is 1.5 MiB, our embedded server's 3 MiB.</summary>
    public const int LongestLine = 8 * 1024 * 1024;

    /// <summary>The lines of a stream; each is valid only until the next is asked for. A last line without an end is an error.</summary>
    /// <exception cref="InvalidDataException">A line is too long, or the stream ends within one.</exception>
    public static async IAsyncEnumerable<ReadOnlySequence<byte>> ReadAsync(
        Stream stream,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        // Zero-byte reads: an idle watch holds no buffer.
        PipeReader reader = PipeReader.Create(
            stream,
            new StreamPipeReaderOptions(
                bufferSize: 16 * 1024,
                minimumReadSize: 4 * 1024,
                useZeroByteReads: true
            )
        );
        try
        {
            long scanned = 0;
            while (true)
            {
                ReadResult result = await reader.ReadAsync(cancellationToken);
                ReadOnlySequence<byte> buffer = result.Buffer;
                while (TryTakeLine(ref buffer, ref scanned, out ReadOnlySequence<byte> line))
                {
                    if (!line.IsEmpty)
                    {
                        yield return line;
                    }
                }

                if (buffer.Length > LongestLine)
                {
                    throw new InvalidDataException(
                        $"A watch event is longer than {LongestLine / 1024 / 1024} MiB."
                    );
                }

                if (result.IsCompleted)
                {
                    if (!buffer.IsEmpty)
                    {
                        throw new InvalidDataException("The watch ended in the middle of an event.");
                    }

                    yield break;
                }

                reader.AdvanceTo(buffer.Start, buffer.End);
            }
        }
        finally
        {
            await reader.CompleteAsync();
        }
    }

    // Only what was not yet looked at is searched, so that a long line costs its length once.
    private static bool TryTakeLine(
        ref ReadOnlySequence<byte> buffer,
        ref long scanned,
        out ReadOnlySequence<byte> line
    )
    {
        SequencePosition? end = buffer.Slice(scanned).PositionOf((byte)'\n');
        if (end is null)
        {
            scanned = buffer.Length;
            line = default;
            return false;
        }

        line = buffer.Slice(0, end.Value);
        buffer = buffer.Slice(buffer.GetPosition(1, end.Value));
        scanned = 0;
        return true;
    }
}
