using LlmOperator.Models.Gguf;
using LlmOperator.Testing.Gguf;

namespace LlmOperator.Models.Tests.Gguf;

public sealed class ModelFactsTests
{
    [Fact]
    public async Task From_TinyLlama_StatesItsFacts()
    {
        GgufFile file = await GgufReaderTests.ReadAsync(ModelShapes.TinyLlama());

        ModelFacts facts = ModelFacts.From(file);

        Assert.Equal("llama", facts.Architecture);
        Assert.Equal("llama test shape", facts.Name);
        Assert.Equal("F32", facts.QuantizationName);
        Assert.Equal(2, facts.BlockCount);
        Assert.Equal(64, facts.EmbeddingLength);
        Assert.Equal(128, facts.FeedForwardLength);
        Assert.Equal(4, facts.HeadCount);
        Assert.Equal([2, 2], facts.HeadCountKv);
        Assert.Equal(16, facts.KeyLength);
        Assert.Equal(16, facts.ValueLength);
        Assert.Equal(4096, facts.ContextLength);
        Assert.Equal(259, facts.VocabularySize);
        Assert.Equal(64, facts.ChatTemplateSha256?.Length);
        Assert.Equal(file.Tensors.Sum(t => t.ElementCount), facts.ParameterCount);
    }

    [Fact]
    public async Task From_ExpertsWindowAndHeadsByLayer_AreRead()
    {
        byte[] bytes = new GgufBuilder()
            .Text("general.architecture", "x")
            .UInt32("general.file_type", 15)
            .UInt32("x.block_count", 3)
            .UInt32("x.embedding_length", 60)
            .UInt32("x.attention.head_count", 6)
            .Int32Array("x.attention.head_count_kv", [2, 0, 3])
            .UInt32("x.attention.sliding_window", 512)
            .BooleanArray("x.attention.sliding_window_pattern", [true, false, true])
            .UInt32("x.expert_count", 8)
            .UInt32("x.expert_used_count", 2)
            .UInt32("x.expert_feed_forward_length", 96)
            .Build();

        ModelFacts facts = ModelFacts.From(await GgufReaderTests.ReadAsync(bytes));

        Assert.Equal("Q4_K_M", facts.QuantizationName);
        Assert.Equal([2, 0, 3], facts.HeadCountKv);
        Assert.Equal(10, facts.KeyLength);
        Assert.Equal(new ExpertFacts(8, 2, 96), facts.Experts);
        Assert.Equal(512, facts.SlidingWindow?.Window);
        Assert.Equal([1, 0, 1], facts.SlidingWindow?.Pattern);
        Assert.False(facts.HasChatTemplate);
    }

    [Fact]
    public async Task From_WithoutArchitecture_IsRefusedWithTheKey()
    {
        GgufFile file = await GgufReaderTests.ReadAsync(new GgufBuilder().Build());

        InvalidModelException error = Assert.Throws<InvalidModelException>(() => ModelFacts.From(file));

        Assert.Contains("general.architecture", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task From_MoreLayersThanAnyEngineTakes_IsRefusedWithTheKey()
    {
        byte[] bytes = new GgufBuilder()
            .Text("general.architecture", "llama")
            .UInt32("llama.block_count", uint.MaxValue)
            .Build();
        GgufFile file = await GgufReaderTests.ReadAsync(bytes);

        InvalidModelException error = Assert.Throws<InvalidModelException>(() => ModelFacts.From(file));

        Assert.Contains("llama.block_count", error.Message, StringComparison.Ordinal);
    }
}
