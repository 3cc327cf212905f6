using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using LlmOperator.Kubernetes.Watching;

namespace LlmOperator.Kubernetes.Tests.Watching;

public sealed class WatchLineReaderTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ReadAsync_LinesInAnyPieces_AreTheSame()
    {
        string text = string.Join('\n', Enumerable.Range(0, 50).Select(i => new string('x', i * 37))) + "\n";
        foreach (int piece in new[] { 1, 7, 4096, 1_000_000 })
        {
            Pipe pipe = new();
            Task writing = WriteInPiecesAsync(pipe.Writer, Encoding.UTF8.GetBytes(text), piece);

            List<string> lines = await ReadAllAsync(pipe.Reader.AsStream());

            await writing;
            Assert.Equal(text.Split('\n', StringSplitOptions.RemoveEmptyEntries), lines);
        }
    }

    [Fact]
    [Trait("Semantics", "C22")]
    public async Task ReadAsync_EndWithinALine_IsAnError() =>
        await Assert.ThrowsAsync<InvalidDataException>(() =>
            ReadAllAsync(new MemoryStream("a\n{\"type\""u8.ToArray()))
        );

    [Fact]
    public async Task ReadAsync_EndlessLine_IsRefusedAtTheLimit() =>
        await Assert.ThrowsAsync<InvalidDataException>(() => ReadAllAsync(new EndlessStream()));

    private static async Task<List<string>> ReadAllAsync(Stream stream)
    {
        List<string> lines = [];
        await foreach (ReadOnlySequence<byte> line in WatchLineReader.ReadAsync(stream, Cancelled))
        {
            lines.Add(Encoding.UTF8.GetString(line));
        }

        return lines;
    }

    private static async Task WriteInPiecesAsync(PipeWriter writer, byte[] bytes, int piece)
    {
        for (int i = 0; i < bytes.Length; i += piece)
        {
            await writer.WriteAsync(bytes.AsMemory(i, Math.Min(piece, bytes.Length - i)), Cancelled);
        }

        await writer.CompleteAsync();
    }

    private sealed class EndlessStream : MemoryStream
    {
        public override int Read(Span<byte> buffer)
        {
            buffer.Fill((byte)'x');
            return buffer.Length;
        }

        public override ValueTask<int> ReadAsync(
            Memory<byte> buffer,
            CancellationToken cancellationToken = default
        ) => new(Read(buffer.Span));
    }
}
