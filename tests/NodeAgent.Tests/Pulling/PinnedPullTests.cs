using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Pulling;
using LlmOperator.NodeAgent.Store;
using LlmOperator.Testing.Gguf;
using LlmOperator.Testing.Registries;

namespace LlmOperator.NodeAgent.Tests.Pulling;

/// <summary>Pulls of files that the operator wrote down: no name is asked for again.</summary>
public sealed class PinnedPullTests
{
    private const int Unit = 64 << 10;
    private static readonly OllamaSource s_name = new(OllamaName.Parse("tiny:v1"));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PullAsync_OllamaTagThatMovedSinceItWasResolved_GetsTheBytesOfThen()
    {
        await using RegistryStandIn registry = await RegistryStandIn.StartAsync(Token);
        RegistryContent then = Model(ModelShapes.TinyLlama());
        RegistryContent now = Model(ModelShapes.TinyLlama(seed: 2));
        registry.Ollama.Add("tiny:v1", then);
        registry.Ollama.Add("tiny:v1", now);
        await using PullerFixture fixture = new(registry.Settings, Unit);

        StoredModelFiles model = await fixture.PullAsync(Pinned(then), then.Digest, Token);

        Assert.Equal(then.Digest, model.Digest);
        Assert.DoesNotContain(registry.Requests, r => r.Path.Contains("/manifests/"));
    }

    [Fact]
    public async Task PullAsync_SameWeightsWithOtherSideFiles_AreTwoModels()
    {
        await using RegistryStandIn registry = await RegistryStandIn.StartAsync(Token);
        RegistryContent weights = Model(ModelShapes.TinyLlama());
        RegistryContent first = RegistryContent.Generated(100, seed: 1);
        RegistryContent second = RegistryContent.Generated(200, seed: 2);
        registry.Ollama.Add("tiny:v1", weights, ("template", first));
        registry.Ollama.Add("tiny:v2", weights, ("template", second));
        await using PullerFixture fixture = new(registry.Settings, Unit);

        StoredModelFiles[] models = await Task.WhenAll(
            fixture.PullAsync(Pinned(weights, first), weights.Digest, Token),
            fixture.PullAsync(Pinned(weights, second), weights.Digest, Token)
        );
        StoredModelFiles again = await fixture.PullAsync(Pinned(weights, first), weights.Digest, Token);

        Assert.Equal(first.Digest, models[0].Files[1].Digest);
        Assert.Equal(second.Digest, models[1].Files[1].Digest);
        Assert.Equal(first.Digest, again.Files[1].Digest);
        Assert.InRange(registry.SentBytes, weights.Length, weights.Length + Unit);
    }

    [Fact]
    public async Task PullAsync_SourceThatLostTheFile_TakesItFromTheMirror()
    {
        await using RegistryStandIn registry = await RegistryStandIn.StartAsync(Token);
        RegistryContent weights = Model(ModelShapes.TinyLlama());
        Uri mirror = registry.AddFile("copy.gguf", weights);
        await using PullerFixture fixture = new(registry.Settings, Unit);

        StoredModelFiles model = await fixture.PullAsync(Mirrored(weights, new HttpSource(mirror)), Token);

        Assert.Equal(weights.Digest, model.Digest);
        Assert.Contains(registry.Requests, r => r.Path.Contains("/blobs/"));
    }

    [Fact]
    public async Task PullAsync_SourceThatAnswers_LeavesTheMirrorAlone()
    {
        await using RegistryStandIn registry = await RegistryStandIn.StartAsync(Token);
        RegistryContent weights = Model(ModelShapes.TinyLlama());
        registry.Ollama.Add("tiny:v1", weights);
        Uri mirror = registry.AddFile("copy.gguf", weights);
        await using PullerFixture fixture = new(registry.Settings, Unit);

        await fixture.PullAsync(Mirrored(weights, new HttpSource(mirror)), Token);

        Assert.DoesNotContain(registry.Requests, r => r.Path == mirror.AbsolutePath);
    }

    [Fact]
    public async Task PullAsync_MirrorThatServesOtherBytesAtItsAddress_IsRefused()
    {
        await using RegistryStandIn registry = await RegistryStandIn.StartAsync(Token);
        RegistryContent weights = Model(ModelShapes.TinyLlama());
        RegistryContent other = Model(ModelShapes.TinyLlama(seed: 2));
        Assert.Equal(weights.Length, other.Length);
        Uri mirror = registry.AddFile("copy.gguf", other);
        await using PullerFixture fixture = new(registry.Settings, Unit);

        await Assert.ThrowsAsync<ModelSourceException>(() =>
            fixture.PullAsync(Mirrored(weights, new HttpSource(mirror)), Token)
        );

        Assert.Contains(registry.Requests, r => r.Path == mirror.AbsolutePath && r.SentBytes > 0);
        Assert.Empty(fixture.Store.Blobs);
    }

    [Fact]
    public async Task PullAsync_MirrorWhoseNameMeansSomethingElse_IsAskedByDigestOnly()
    {
        await using RegistryStandIn registry = await RegistryStandIn.StartAsync(Token);
        RegistryContent weights = Model(ModelShapes.TinyLlama());
        registry.Ollama.Add("copies/tiny:v1", Model(ModelShapes.TinyLlama(seed: 2)));
        await using PullerFixture fixture = new(registry.Settings, Unit);

        await Assert.ThrowsAsync<ModelSourceException>(() =>
            fixture.PullAsync(
                Mirrored(
                    weights,
                    new OllamaSource(OllamaName.Parse($"{registry.Address.Authority}/copies/tiny:v1"))
                ),
                Token
            )
        );

        Assert.Contains(registry.Requests, r => r.Path == $"/v2/copies/tiny/blobs/{weights.Digest}");
        Assert.DoesNotContain(registry.Requests, r => r.Path.Contains("/manifests/"));
        Assert.Empty(fixture.Store.Blobs);
    }

    private static PullRequest Mirrored(RegistryContent weights, ModelSource mirror) =>
        new()
        {
            Source = Pinned(weights),
            Expected = weights.Digest,
            PinOwner = "test",
            Mirrors =
            [
                new PullMirror(
                    new PinnedSource(mirror, Pinned(weights).Files, ""),
                    _ => Task.FromResult<SourceCredentials?>(null)
                ),
            ],
        };

    private static RegistryContent Model(byte[] bytes) => RegistryContent.FromBytes(bytes);

    private static PinnedSource Pinned(RegistryContent weights, RegistryContent? template = null) =>
        new(
            s_name,
            [
                new PinnedFile(ResolvedFileRole.Weights, weights.Digest, weights.Length),
                .. template is null
                    ? []
                    : new[] { new PinnedFile(ResolvedFileRole.Template, template.Digest, template.Length) },
            ],
            ""
        );
}
