using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LlmOperator.Models.Sources;
using LlmOperator.Testing.Registries;

namespace LlmOperator.Models.Tests.Sources;

/// <summary>Models in OCI registries: which layers are taken, and what is checked.</summary>
public sealed class OciSourceTests
{
    private const string Docker = "application/vnd.docker.ai.gguf.v3";
    private const string Raw = "application/vnd.cncf.model.weight.v1.raw";
    private static readonly RegistryContent s_weights = RegistryContent.Generated(100_000, seed: 7);
    private static readonly RegistryContent s_other = RegistryContent.Generated(50_000, seed: 8);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, ResolvedFileRole[]> Manifests =>
        new()
        {
            {
                "the layer of Docker, with a projector and an adapter",
                Manifest(
                    Layer("application/vnd.docker.ai.mmproj", s_other),
                    Layer(Docker, s_weights),
                    Layer("application/vnd.docker.ai.adapter", s_other),
                    Layer("application/vnd.docker.ai.license", s_other)
                ),
                [
                    ResolvedFileRole.Weights,
                    ResolvedFileRole.Projector,
                    ResolvedFileRole.Adapter,
                    ResolvedFileRole.License,
                ]
            },
            {
                "raw weights of ModelPack, with a projector",
                Manifest(
                    Layer(Raw, s_other, "mmproj-f16.gguf"),
                    Layer(Raw, s_weights, "tiny.gguf"),
                    Layer("application/vnd.cncf.model.doc.v1.tar", s_other, "README.md")
                ),
                [ResolvedFileRole.Weights, ResolvedFileRole.Projector]
            },
        };

    [Theory]
    [MemberData(nameof(Manifests), DisableDiscoveryEnumeration = true)]
    public async Task ResolveAsync_Manifest_TakesItsModelFiles(
        string what,
        string manifest,
        ResolvedFileRole[] roles
    )
    {
        await using World world = await World.StartAsync();
        world.StandIn.Ollama.AddManifest("team/tiny:v1", manifest);

        ResolvedModel model = await world.ResolveAsync("team/tiny:v1");

        Assert.True(s_weights.Digest == model.Digest, what);
        Assert.Equal(roles, model.Files.Select(file => file.Role));
        Assert.Equal(DigestOf(manifest), model.Revision);
    }

    [Fact]
    public async Task ResolveAsync_PartsOfOneModel_AreTakenInOrder()
    {
        await using World world = await World.StartAsync();
        world.StandIn.Ollama.AddManifest(
            "team/tiny:v1",
            Manifest(
                Layer(Docker, s_other, "tiny-00002-of-00002.gguf"),
                Layer(Docker, s_weights, "tiny-00001-of-00002.gguf")
            )
        );

        ResolvedModel model = await world.ResolveAsync("team/tiny:v1");

        Assert.Equal([s_weights.Digest, s_other.Digest], model.Files.Select(file => file.Digest!.Value));
    }

    public static TheoryData<string, string> Refused =>
        new()
        {
            { Manifest(Layer("application/vnd.cncf.model.weight.v1.tar", s_other)), "weight.v1.tar" },
            { Manifest(Layer(Raw, s_other, "model.safetensors")), "no GGUF layer" },
            { Manifest(), "no layer" },
            { Manifest(Layer(Docker, s_other), Layer(Docker, s_weights)), "2 GGUF layers" },
            { "{\"layers\":[{\"mediaType\":\"x\",\"digest\":\"sha256:../../x\",\"size\":1}]}", "not sha256" },
            { "[]", "not a manifest" },
            { "{\"layers\":[" + string.Join(',', Enumerable.Repeat("{}", 1001)) + "]}", "more than 1000" },
            { Manifest(Layer(Docker, s_weights)).Replace(":100000", ":-1"), "impossible size" },
        };

    [Theory]
    [MemberData(nameof(Refused), DisableDiscoveryEnumeration = true)]
    public async Task ResolveAsync_ManifestWithoutAModel_SaysWhatIsWrong(string manifest, string expected)
    {
        await using World world = await World.StartAsync();
        world.StandIn.Ollama.AddManifest("team/tiny:v1", manifest);

        ModelSourceException error = await Assert.ThrowsAsync<ModelSourceException>(() =>
            world.ResolveAsync("team/tiny:v1")
        );

        Assert.Equal(ModelSourceFailure.Invalid, error.Failure);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ResolveAsync_IndexOfOneModel_ReadsItsManifest()
    {
        await using World world = await World.StartAsync();
        string manifest = Manifest(Layer(Docker, s_weights));
        world.AddIndex("team/tiny:v1", manifest);

        ResolvedModel model = await world.ResolveAsync("team/tiny:v1");

        Assert.Equal(s_weights.Digest, model.Digest);
    }

    [Fact]
    public async Task ResolveAsync_IndexOfSeveralModels_AsksForADigest()
    {
        await using World world = await World.StartAsync();
        world.AddIndex("team/tiny:v1", Manifest(Layer(Docker, s_weights)), Manifest(Layer(Docker, s_other)));

        ModelSourceException error = await Assert.ThrowsAsync<ModelSourceException>(() =>
            world.ResolveAsync("team/tiny:v1")
        );

        Assert.Contains("several manifests", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ResolveAsync_ManifestWithAnotherDigestThanAskedFor_IsRefused()
    {
        await using World world = await World.StartAsync();
        string asked = "sha256:" + new string('a', 64);
        world.StandIn.Ollama.AddManifestAt("team/tiny", asked, Manifest(Layer(Docker, s_weights)));

        ModelSourceException error = await Assert.ThrowsAsync<ModelSourceException>(() =>
            world.ResolveAsync("team/tiny@" + asked)
        );

        Assert.Contains("another digest", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("host/repo", "host/repo:latest")]
    [InlineData("host:5000/a/b/c:v1", "host:5000/a/b/c:v1")]
    [InlineData(
        "host/repo@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "host/repo@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    )]
    [InlineData("repo", null)]
    [InlineData("host/../x", null)]
    [InlineData("host/Repo", null)]
    [InlineData("host/a//b", null)]
    [InlineData("host/repo:a/b", null)]
    [InlineData("me@host/repo", null)]
    [InlineData("host/repo@sha256:short", null)]
    [InlineData("-host/repo", null)]
    public void TryParse_Reference_TakesOnlyWhatIsOne(string text, string? expected)
    {
        bool parsed = OciReference.TryParse(text, out OciReference? reference);

        Assert.Equal(expected is not null, parsed);
        Assert.Equal(expected, reference?.ToString());
    }

    private static string DigestOf(string text) =>
        ModelDigest.FromHash(SHA256.HashData(Encoding.UTF8.GetBytes(text))).ToString();

    private static string Manifest(params object[] layers) =>
        JsonSerializer.Serialize(new { schemaVersion = 2, layers });

    private static object Layer(string mediaType, RegistryContent content, string? path = null) =>
        new
        {
            mediaType,
            digest = content.Digest.ToString(),
            size = content.Length,
            annotations = path is null
                ? []
                : new Dictionary<string, string> { ["org.cncf.model.filepath"] = path },
        };

    private sealed class World(RegistryStandIn standIn) : IAsyncDisposable
    {
        private readonly GuardedHttp _http = new(standIn.Settings, TimeProvider.System);

        public RegistryStandIn StandIn => standIn;

        public static async Task<World> StartAsync() => new(await RegistryStandIn.StartAsync(Token));

        public Task<ResolvedModel> ResolveAsync(string name) =>
            new SourceResolver(_http, standIn.Settings, TimeProvider.System).ResolveAsync(
                new OciSource(OciReference.Parse($"{standIn.Address.Authority}/{name}")),
                null,
                Token
            );

        public void AddIndex(string name, params string[] manifests)
        {
            foreach (string manifest in manifests)
            {
                standIn.Ollama.AddManifestAt(name.Split(':')[0], DigestOf(manifest), manifest);
            }

            standIn.Ollama.AddManifest(
                name,
                JsonSerializer.Serialize(
                    new
                    {
                        schemaVersion = 2,
                        manifests = manifests.Select(m => new { digest = DigestOf(m), size = m.Length }),
                    }
                )
            );
        }

        public async ValueTask DisposeAsync()
        {
            _http.Dispose();
            await standIn.DisposeAsync();
        }
    }
}
