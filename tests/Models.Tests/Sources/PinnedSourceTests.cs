using LlmOperator.Models.Sources;
using LlmOperator.Testing.Registries;

namespace LlmOperator.Models.Tests.Sources;

/// <summary>What was resolved once is found again without its name.</summary>
public sealed class PinnedSourceTests
{
    private const string Repo = "Acme/Tiny-GGUF";
    private static readonly RegistryContent s_first = RegistryContent.Generated(100_000, seed: 7);
    private static readonly RegistryContent s_second = RegistryContent.Generated(90_000, seed: 8);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ResolveAsync_OllamaTagThatMoved_GivesTheSameBytesAndAsksNobody()
    {
        await using RegistryStandIn standIn = await RegistryStandIn.StartAsync(Token);
        standIn.Ollama.Add("tiny:v1", s_first);
        using World world = new(standIn);
        PinnedSource pinned = Pin(
            new OllamaSource(OllamaName.Parse("tiny:v1")),
            await world.ResolveAsync(new OllamaSource(OllamaName.Parse("tiny:v1")))
        );
        standIn.Ollama.Add("tiny:v1", s_second);
        int requests = standIn.Requests.Count;

        ResolvedModel again = await world.ResolveAsync(pinned);

        Assert.Equal(requests, standIn.Requests.Count);
        Assert.Equal(s_first.Digest, again.Digest);
        Assert.Equal(s_first.Digest, await world.DigestAsync(again.Files[0]));
    }

    [Fact]
    public async Task ResolveAsync_HuggingFaceFile_IsReadAtTheCommit()
    {
        await using RegistryStandIn standIn = await RegistryStandIn.StartAsync(Token);
        standIn.HuggingFace.Add(Repo, "a folder/tiny-Q4_K_M.gguf", s_first);
        using World world = new(standIn);
        PinnedSource pinned = Pin(
            new HuggingFaceSource(Repo),
            await world.ResolveAsync(new HuggingFaceSource(Repo))
        );
        int requests = standIn.Requests.Count;

        ResolvedModel again = await world.ResolveAsync(pinned);

        Assert.Equal(requests, standIn.Requests.Count);
        Assert.Contains(HuggingFaceRoutes.CommitOf(Repo), again.Files[0].Url.AbsolutePath);
        Assert.Equal(s_first.Digest, await world.DigestAsync(again.Files[0]));
    }

    [Fact]
    public async Task ResolveAsync_HttpFile_IsReadAtItsAddress()
    {
        await using RegistryStandIn standIn = await RegistryStandIn.StartAsync(Token);
        HttpSource source = new(standIn.AddFile("m.gguf", s_first));
        using World world = new(standIn);

        ResolvedModel model = await world.ResolveAsync(
            new PinnedSource(
                source,
                [new PinnedFile(ResolvedFileRole.Weights, s_first.Digest, s_first.Length)],
                ""
            )
        );

        Assert.Empty(standIn.Requests);
        Assert.Equal(s_first.Digest, await world.DigestAsync(model.Files[0]));
    }

    [Fact]
    public async Task OpenRangeAsync_RegistryThatWantsItsOwnToken_ExchangesOneForAllRanges()
    {
        await using RegistryStandIn standIn = await RegistryStandIn.StartAsync(Token);
        standIn.RequiredToken = "secret";
        standIn.Ollama.Add("tiny:v1", s_first);
        using World world = new(standIn);
        ResolvedModel model = await world.ResolveAsync(
            new PinnedSource(
                new OllamaSource(OllamaName.Parse("tiny:v1")),
                [new PinnedFile(ResolvedFileRole.Weights, s_first.Digest, s_first.Length)],
                ""
            )
        );

        Assert.Equal(s_first.Digest, await world.DigestAsync(model.Files[0]));
        Assert.Equal(s_first.Digest, await world.DigestAsync(model.Files[0]));

        Assert.Single(standIn.Requests, request => request.Path == "/token");
        Assert.DoesNotContain(
            standIn.Requests,
            request => request.Host == "localhost" && request.Authorization is not null
        );
    }

    [Fact]
    public async Task ResolveAsync_HuggingFaceFileWithoutPath_SaysThatItCannotBeFound()
    {
        await using RegistryStandIn standIn = await RegistryStandIn.StartAsync(Token);
        using World world = new(standIn);

        ModelSourceException error = await Assert.ThrowsAsync<ModelSourceException>(() =>
            world.ResolveAsync(
                new PinnedSource(
                    new HuggingFaceSource(Repo),
                    [new PinnedFile(ResolvedFileRole.Weights, s_first.Digest, s_first.Length)],
                    HuggingFaceRoutes.CommitOf(Repo)
                )
            )
        );

        Assert.Equal(ModelSourceFailure.Invalid, error.Failure);
        Assert.Contains(Repo, error.Message, StringComparison.Ordinal);
    }

    private static PinnedSource Pin(ModelSource origin, ResolvedModel model) =>
        new(
            origin,
            [.. model.Files.Select(f => new PinnedFile(f.Role, f.Digest!.Value, f.SizeBytes, f.Path))],
            model.Revision
        );

    private sealed class World(RegistryStandIn standIn) : IDisposable
    {
        private readonly GuardedHttp _http = new(standIn.Settings, TimeProvider.System);

        public Task<ResolvedModel> ResolveAsync(ModelSource source) =>
            new SourceResolver(_http, standIn.Settings, TimeProvider.System).ResolveAsync(
                source,
                null,
                Token
            );

        public async Task<ModelDigest> DigestAsync(ResolvedFile file)
        {
            await using RangeResponse response = await new RangeClient(
                _http,
                standIn.Settings,
                TimeProvider.System
            ).OpenRangeAsync(file, 0, Token);
            return ModelDigest.FromHash(
                await System.Security.Cryptography.SHA256.HashDataAsync(response.Content, Token)
            );
        }

        public void Dispose() => _http.Dispose();
    }
}
