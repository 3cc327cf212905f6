using LlmOperator.Models.Gguf;
using LlmOperator.NodeAgent.Pulling;
using LlmOperator.Testing.Gguf;

namespace LlmOperator.NodeAgent.Tests.Pulling;

/// <summary>What can be said of a model file of which only the beginning is there.</summary>
public sealed class EarlyHeaderCheckTests : IDisposable
{
    private const long WholeBytes = 40L << 30;
    private readonly string _path = Path.GetTempFileName();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => File.Delete(_path);

    [Fact]
    public async Task LookAsync_WithEveryByteMore_NeedsMoreUntilTheHeaderIsThere()
    {
        byte[] header = Header();
        await File.WriteAllBytesAsync(_path, header, Token);

        for (int bytes = 0; bytes < header.Length - 32; bytes++)
        {
            Assert.Equal(EarlyHeaderState.NeedsMoreBytes, await LookAsync(bytes));
        }

        Assert.Equal(EarlyHeaderState.Sound, await LookAsync(header.Length));
    }

    [Fact]
    public async Task LookAsync_AsTheFileGrows_SettlesAndReadsNoMore()
    {
        byte[] header = Header();
        EarlyHeaderCheck check = new(_path, WholeBytes);
        await File.WriteAllBytesAsync(_path, header[..100], Token);
        Assert.Equal(EarlyHeaderState.NeedsMoreBytes, await check.LookAsync(100, Token));
        // Less than twice as much may say no more; it is not even opened.
        File.Delete(_path);
        Assert.Equal(EarlyHeaderState.NeedsMoreBytes, await check.LookAsync(101, Token));

        await File.WriteAllBytesAsync(_path, header, Token);
        Assert.Equal(EarlyHeaderState.Sound, await check.LookAsync(header.Length, Token));
        File.Delete(_path);
        Assert.Equal(EarlyHeaderState.Sound, await check.LookAsync(WholeBytes, Token));
    }

    [Theory]
    [InlineData("GGUX")]
    [InlineData("<html>")]
    public async Task LookAsync_OtherFile_IsRefusedByItsFirstBytes(string text)
    {
        await File.WriteAllTextAsync(_path, text, Token);

        InvalidModelException error = await Assert.ThrowsAsync<InvalidModelException>(() => LookAsync(4));

        Assert.Contains("letters GGUF", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LookAsync_BytesBehindThePrefix_AreNotRead()
    {
        byte[] header = Header();
        byte[] damaged = [.. header[..200], .. new byte[header.Length - 200]];
        await File.WriteAllBytesAsync(_path, damaged, Token);

        Assert.Equal(EarlyHeaderState.NeedsMoreBytes, await LookAsync(200));
        await Assert.ThrowsAsync<InvalidModelException>(() => LookAsync(damaged.Length));
    }

    [Fact]
    public async Task LookAsync_TensorBehindTheEndOfTheFile_IsRefused()
    {
        byte[] header = Header();
        await File.WriteAllBytesAsync(_path, header, Token);

        await Assert.ThrowsAsync<InvalidModelException>(() =>
            new EarlyHeaderCheck(_path, header.Length + 10).LookAsync(header.Length, Token)
        );
    }

    private static byte[] Header() =>
        new GgufBuilder()
            .Text("general.architecture", "llama")
            .TextArray("tokenizer.ggml.tokens", [.. Enumerable.Range(0, 40).Select(i => $"token{i}")])
            .UInt32("llama.block_count", 1)
            .Tensor("token_embd.weight", GgmlType.F16, [1024, 1024])
            .Tensor("output.weight", GgmlType.F16, [1024, 1024])
            .BuildHeader();

    private Task<EarlyHeaderState> LookAsync(long bytes) =>
        new EarlyHeaderCheck(_path, WholeBytes).LookAsync(bytes, Token);
}
