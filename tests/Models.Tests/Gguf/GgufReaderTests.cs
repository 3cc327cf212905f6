using LlmOperator.Models.Gguf;
using LlmOperator.Testing.Gguf;

namespace LlmOperator.Models.Tests.Gguf;

public sealed class GgufReaderTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(7)]
    public async Task ReadAsync_WholeFile_ReadsEveryPart(int step)
    {
        byte[] bytes = new GgufBuilder()
            .Text("general.architecture", "llama")
            .UInt32("llama.block_count", 2)
            .Float32("llama.rope.freq_base", 10_000f)
            .Boolean("tokenizer.ggml.add_bos_token", true)
            .Int32Array("llama.attention.head_count_kv", [4, 2])
            .TextArray("tokenizer.ggml.tokens", ["a", "b", "c"])
            .Tensor("token_embd.weight", GgmlType.F16, [5, 3])
            .Tensor("blk.0.attn_q.weight", GgmlType.Q4_K, [512, 2])
            .Build();

        GgufFile file = await GgufReader.ReadAsync(
            new MemoryByteRangeSource(bytes, step),
            GgufLimits.Default,
            Token
        );

        Assert.Equal(3, file.Version);
        Assert.Equal(32, file.Alignment);
        Assert.Equal(bytes.Length, file.FileBytes);
        Assert.Equal("llama", file.Metadata.GetText("general.architecture"));
        Assert.Equal(2, file.Metadata.GetCount("llama.block_count", 10));
        Assert.True(file.Metadata.GetBoolean("tokenizer.ggml.add_bos_token"));
        Assert.Equal([4, 2], file.Metadata.GetCounts("llama.attention.head_count_kv", 2, 100));
        Assert.Equal(
            new GgufValue.Array(GgufValueType.String, 3, null),
            file.Metadata.Values["tokenizer.ggml.tokens"]
        );
        Assert.Equal(["token_embd.weight", "blk.0.attn_q.weight"], file.Tensors.Select(t => t.Name));
        Assert.Equal([30, 576], file.Tensors.Select(t => t.SizeBytes));
        Assert.Equal([0, 32], file.Tensors.Select(t => t.Offset));
        Assert.Equal(bytes.Length, file.HeaderBytes + 32 + 576);
        Assert.Null(file.Split);
    }

    [Fact]
    public async Task ReadAsync_PartOfSplitModel_SaysWhichPart()
    {
        byte[] bytes = new GgufBuilder()
            .UInt32("split.no", 1)
            .UInt32("split.count", 3)
            .UInt32("split.tensors.count", 42)
            .Build();

        Assert.Equal(new GgufSplit(1, 3, 42), (await ReadAsync(bytes)).Split);
    }

    [Fact]
    public async Task ReadAsync_FileShorterThanItsTensors_IsRefusedAsCutOff()
    {
        byte[] bytes = ModelShapes.TinyLlama();

        InvalidModelException error = await Assert.ThrowsAsync<InvalidModelException>(() =>
            ReadAsync(bytes[..^1])
        );

        Assert.Contains("cut off", error.Message, StringComparison.Ordinal);
        Assert.Contains("'output.weight' at byte", error.Message, StringComparison.Ordinal);
        Assert.Contains($"need {bytes.Length}", error.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, string> Damages =>
        new()
        {
            { "empty", "ends after 0" },
            { "magic", "GGUF" },
            { "version", "version 1 where 2 or 3" },
            { "version4", "version 4 where 2 or 3" },
            { "bigEndian", "big-endian" },
            { "tensorCount", "tensors" },
            { "entryCount", "metadata entries" },
            { "stringLength", "text of" },
            { "arrayLength", "array of" },
            { "arrayBeyondEnd", "ends after" },
            { "nestedArray", "array of arrays" },
            { "valueType", "unknown value type 99" },
            { "duplicateKey", "appears twice" },
            { "notUtf8", "UTF-8" },
            { "alignment", "power of two" },
            { "alignmentType", "general.alignment" },
            { "tensorType", "unknown type 43" },
            { "removedType", "tensor 't' has the type Q4_2, which the format has removed in favour of Q4_0" },
            { "negativeType", "unknown type -1" },
            { "tensorRank0", "0 dimensions" },
            { "tensorOffset", "impossible offset" },
            { "emptyKey", "empty name" },
            { "zeroByteInKey", "zero byte in its name" },
            { "alignmentZero", "is 0, not a power of two" },
            { "alignmentHuge", "general.alignment" },
            { "manyKeptTexts", "texts and lists larger" },
            { "template", "more than the 4194304 allowed" },
            { "splitNumber", "split.no" },
            { "splitTensors", "split.tensors.count" },
            { "rows", "whole number of blocks" },
            { "rank", "5 dimensions" },
            { "zeroDimension", "impossible dimension 0" },
            { "hugeTensor", "larger than any file" },
            { "duplicateTensor", "appears twice" },
            { "tensorName", "name of 64" },
        };

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task ReadAsync_DamagedHeader_SaysWhatIsWrong(string damage, string expected)
    {
        InvalidModelException error = await Assert.ThrowsAsync<InvalidModelException>(() =>
            ReadAsync(DamagedFiles.Build(damage))
        );

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadAsync_DamagedHeader_NamesTheByte()
    {
        // 24 bytes of counts, then the length of a key of one byte, the key, its type, and the length of its text.
        InvalidModelException error = await Assert.ThrowsAsync<InvalidModelException>(() =>
            ReadAsync(DamagedFiles.Build("stringLength"))
        );

        Assert.Contains("key 'k'", error.Message, StringComparison.Ordinal);
        Assert.Contains("(byte 45)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadAsync_TextBeyondItsLimit_IsPassedOver()
    {
        GgufFile file = await ReadAsync(
            new GgufBuilder()
                .Text("tokenizer.huggingface.json", new string('x', (1 << 20) + 1))
                .Text("general.name", "after")
                .Build()
        );

        Assert.Equal(
            new GgufValue.LongText((1 << 20) + 1),
            file.Metadata.Values["tokenizer.huggingface.json"]
        );
        Assert.Equal("after", file.Metadata.GetText("general.name"));
    }

    [Fact]
    public async Task ReadAsync_TextWithAZeroByte_EndsWhereTheEngineEndsIt()
    {
        GgufFile file = await ReadAsync(new GgufBuilder().Text("general.architecture", "llama\0x").Build());

        Assert.Equal("llama", file.Metadata.GetText("general.architecture"));
    }

    [Fact]
    public async Task ReadAsync_Version2_IsRead()
    {
        GgufFile file = await ReadAsync(
            new GgufBuilder { Version = 2 }
                .Text("k", "v")
                .Build()
        );

        Assert.Equal(2, file.Version);
        Assert.Equal("v", file.Metadata.GetText("k"));
    }

    [Fact]
    public async Task ReadAsync_OverlappingTensors_AreRefused()
    {
        byte[] bytes = DamagedFiles.SecondTensorAtOffset(0);

        InvalidModelException error = await Assert.ThrowsAsync<InvalidModelException>(() => ReadAsync(bytes));

        Assert.Contains("tensor 'b' starts at 0 where 32", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadAsync_OffsetsWithAGap_AreRefused()
    {
        byte[] bytes = new GgufBuilder { Alignment = 64 }
            .Tensor("a", GgmlType.F32, [1])
            .Tensor("b", GgmlType.F32, [1])
            .Build();

        InvalidModelException error = await Assert.ThrowsAsync<InvalidModelException>(() => ReadAsync(bytes));

        Assert.Contains("tensor 'b' starts at 64 where 32", error.Message, StringComparison.Ordinal);
    }

    internal static Task<GgufFile> ReadAsync(byte[] bytes) =>
        GgufReader.ReadAsync(new MemoryByteRangeSource(bytes), GgufLimits.Default, Token);
}
