using LlmOperator.Models.Gguf;
using LlmOperator.Testing.Gguf;

namespace LlmOperator.Models.Tests.Gguf;

public sealed class CompanionFactsTests
{
    [Fact]
    public async Task AdapterFacts_Adapter_ItsScaleRankAndTensors()
    {
        GgufFile file = await ReadAsync(new AdapterShape { Rank = 16, Alpha = 32 }.Builder());

        Assert.Equal(new AdapterFacts(32, 16, 4), AdapterFacts.From(file));
    }

    [Fact]
    public async Task AdapterFacts_WithoutAlphaOrMatrices_AreEmpty()
    {
        GgufFile file = await ReadAsync(
            new GgufBuilder().Text("general.architecture", "llama").Text("general.type", "adapter")
        );

        Assert.Equal(new AdapterFacts(null, 0, 0), AdapterFacts.From(file));
    }

    [Fact]
    public async Task AdapterFacts_OtherFiles_AreNone()
    {
        Assert.Null(AdapterFacts.From(await ReadAsync(ModelShapes.Builder(new ModelShape(), null))));
        Assert.Null(AdapterFacts.From(await ReadAsync(new ProjectorShape().Builder())));
    }

    [Fact]
    public async Task ProjectorFacts_OfImages_KindAndSizes()
    {
        GgufFile file = await ReadAsync(new ProjectorShape { Kind = "idefics3", Layers = 3 }.Builder());

        Assert.Equal(new ProjectorFacts("idefics3", true, false, 3, 64, 224, 14), ProjectorFacts.From(file));
    }

    [Fact]
    public async Task ProjectorFacts_OfSound_KindAndWidth()
    {
        GgufFile file = await ReadAsync(
            new GgufBuilder()
                .Text("general.architecture", "clip")
                .Boolean("clip.has_audio_encoder", true)
                .Text("clip.audio.projector_type", "ultravox")
                .UInt32("clip.audio.block_count", 32)
                .UInt32("clip.audio.embedding_length", 1280)
        );

        Assert.Equal(new ProjectorFacts("ultravox", false, true, 32, 1280, 0, 0), ProjectorFacts.From(file));
    }

    [Fact]
    public async Task ProjectorFacts_OtherFiles_AreNone()
    {
        Assert.Null(ProjectorFacts.From(await ReadAsync(ModelShapes.Builder(new ModelShape(), null))));
        Assert.Null(ProjectorFacts.From(await ReadAsync(new AdapterShape().Builder())));
    }

    private static async Task<GgufFile> ReadAsync(GgufBuilder builder) =>
        await GgufReader.ReadAsync(
            new MemoryByteRangeSource(builder.Build()),
            GgufLimits.Default,
            TestContext.Current.CancellationToken
        );
}
