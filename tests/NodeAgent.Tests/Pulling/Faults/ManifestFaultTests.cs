using LlmOperator.Models.Sources;
using LlmOperator.Testing.Registries;

namespace LlmOperator.NodeAgent.Tests.Pulling.Faults;

/// <summary>Registries whose manifest or log-in is wrong: nothing is fetched, nothing is written outside of the store.</summary>
public sealed class ManifestFaultTests : IDisposable
{
    private const string Sound = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    private readonly DirectoryInfo _parent = Directory.CreateTempSubdirectory("manifest-");

    public static TheoryData<string, bool> Manifests =>
        [
            .. from fault in new Dictionary<string, string>
            {
                ["digest that is a path"] = Layers(Layer("sha256:../../../../etc/passwd", 10)),
                ["digest that is short"] = Layers(Layer("sha256:ab", 10)),
                ["negative size"] = Layers(Layer(Sound, -1)),
                ["size beyond a long"] =
                    """{"layers":[{"mediaType":"x.gguf","digest":"DIGEST","size":1e40}]}""",
                ["a million layers"] = Layers([
                    .. Enumerable.Repeat("""{"mediaType":"x","digest":"d","size":1}""", 100_000),
                ]),
                ["unknown media types only"] = Layers(
                    $$"""{"mediaType":"application/x-tar","digest":"{{Sound}}","size":10}"""
                ),
                ["no layers"] = Layers(),
                ["two models"] = Layers(Layer(Sound, 10), Layer(Sound.Replace('9', '8'), 10)),
                ["no JSON"] = "<html>",
                ["larger than 4 MiB"] = new string(' ', (4 << 20) + 1) + "{}",
            }
            from isOci in new[] { false, true }
            select new TheoryDataRow<string, bool>(fault.Value, isOci)
            {
                TestDisplayName = $"{fault.Key}, OCI {isOci}",
            },
        ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Manifests))]
    public async Task PullAsync_BadManifest_IsRefusedBeforeAByteIsFetched(string manifest, bool isOci)
    {
        await using RegistryStandIn registry = await RegistryStandIn.StartAsync(Cancellation);
        if (isOci)
        {
            registry.RequiredToken = "token";
            registry.Oci.AddManifest("library/bad", "latest", manifest);
        }
        else
        {
            registry.Ollama.AddManifest("bad", manifest);
        }

        ModelSourceException error = await FailAsync(registry, isOci);

        Assert.Equal(ModelSourceFailure.Invalid, error.Failure);
        Assert.Equal(0, registry.SentBytes);
    }

    [Fact]
    public async Task PullAsync_DuplicateLayers_AreOne()
    {
        await using RegistryStandIn registry = await RegistryStandIn.StartAsync(Cancellation);
        RegistryContent content = PullContent.Model();
        registry.Ollama.Add("twice", content);
        string layer = Layer(content.Digest.ToString(), content.Length);
        registry.Ollama.AddManifest("twice", Layers(layer, layer));
        await using PullerFixture fixture = new(registry.Settings, 64 << 10);

        await fixture.PullAsync(new OllamaSource(OllamaName.Parse("twice")), content.Digest, Cancellation);

        Assert.Equal(content.Length, registry.SentBytes);
    }

    [Fact]
    public async Task PullAsync_RealmOnAnotherHost_NeverGetsTheCredential()
    {
        await using RegistryStandIn registry = await RegistryStandIn.StartAsync(Cancellation);
        registry.RequiredToken = "token";
        registry.Ollama.Realm = new Uri(registry.ContentAddress, "token");

        ModelSourceException error = await FailAsync(registry, isOci: false);

        Assert.Equal(ModelSourceFailure.Refused, error.Failure);
        Assert.DoesNotContain(registry.Requests, request => request.Path == "/token");
    }

    public void Dispose() => _parent.Delete(recursive: true);

    private static string Layer(string digest, long size) =>
        $$"""{"mediaType":"application/vnd.docker.ai.gguf.v3","digest":"{{digest}}","size":{{size}}}""";

    private static string Layers(params string[] layers) =>
        $$"""{"schemaVersion":2,"layers":[{{string.Join(',', layers)}}]}""";

    private async Task<ModelSourceException> FailAsync(RegistryStandIn registry, bool isOci)
    {
        string folder = Path.Combine(_parent.FullName, "store");
        await using PullerFixture fixture = new(registry.Settings, 64 << 10, folder);
        ModelSourceException error = await Assert.ThrowsAsync<ModelSourceException>(() =>
            fixture.PullAsync(
                isOci
                    ? new OciSource(OciReference.Parse($"{registry.Address.Authority}/library/bad:latest"))
                    : new OllamaSource(OllamaName.Parse("bad")),
                null,
                Cancellation
            )
        );
        Assert.Empty(fixture.Store.Blobs);
        Assert.Equal([folder], _parent.EnumerateFileSystemInfos().Select(entry => entry.FullName));
        return error;
    }
}
