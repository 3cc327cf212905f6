using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using LlmOperator.Models.Gguf;
using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Serving.Registry;
using LlmOperator.NodeAgent.Store;
using LlmOperator.NodeAgent.Tests.Pulling;
using LlmOperator.Testing.Gguf;

namespace LlmOperator.NodeAgent.Tests.Serving.Registry;

/// <summary>Whole pulls from the registry face: by our puller, and by the requests that Ollama makes.</summary>
public sealed class RegistryClientTests : IAsyncLifetime
{
    private const int Part = 100_000;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("llmop-registry-");
    private RegistryHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _host = await RegistryHost.StartAsync(
            new RegistryOptions { StoreDirectory = Path.Combine(_folder.FullName, "store") },
            Token
        );
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task OurPuller_ModelInSeveralParts_GetsAllOfThemInOrder()
    {
        string first = await SplitParts.WriteAsync(_folder.FullName, Token);
        StoredModelFiles offered = await _host.Store.ImportAsync(first, "team/split:v1", Token);
        await using PullerFixture fixture = new(new SourceSettings { AllowLoopback = true }, 64 << 10);

        StoredModelFiles pulled = await fixture.PullAsync(
            new OciSource(OciReference.Parse($"{_host.Address.Authority}/team/split:v1")),
            null,
            Token
        );

        Assert.Equal(offered.Weights.Select(file => file.Digest), pulled.Weights.Select(file => file.Digest));
        IReadOnlyList<GgufFile> headers = await ModelHeaders.ReadFileAsync(
            fixture.Store.PathsOf(pulled).Weights,
            Token
        );
        Assert.Equal(["t0", "t1", "t2"], headers.SelectMany(h => h.Tensors).Select(t => t.Name));
    }

    [Fact]
    public async Task Ollama_ModelInSeveralParts_IsToldWhatToAskFor()
    {
        string first = await SplitParts.WriteAsync(_folder.FullName, Token);
        await _host.Store.ImportAsync(first, "team/split:v1", Token);
        using HttpClient client = new() { BaseAddress = _host.Address };

        using HttpResponseMessage answer = await ManifestAsync(client, "v2/team/split/manifests/v1");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        string text = await answer.Content.ReadAsStringAsync(Token);
        Assert.Contains("3 files", text, StringComparison.Ordinal);
        Assert.Contains("application/vnd.oci.image.manifest.v1", text, StringComparison.Ordinal);
    }

    /// <summary>As its client does: the manifest, then each layer and the configuration by HEAD and ranged GETs.</summary>
    [Fact]
    public async Task Ollama_PullOfAModel_GetsEveryLayerInRanges()
    {
        byte[] model = ModelShapes.TinyLlama();
        string file = Path.Combine(_folder.FullName, "tiny.gguf");
        await File.WriteAllBytesAsync(file, model, Token);
        await _host.Store.ImportAsync(file, "team/tiny:v1", Token);
        using HttpClient client = new() { BaseAddress = _host.Address };

        using HttpResponseMessage answer = await ManifestAsync(client, "v2/team/tiny/manifests/v1");
        JsonNode manifest = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!;
        JsonArray layers = manifest["layers"]!.AsArray();
        JsonNode weights = Assert.Single(
            layers,
            layer => (string?)layer!["mediaType"] == "application/vnd.ollama.image.model"
        )!;
        byte[] pulled = await PullAsync(client, "v2/team/tiny/blobs/", weights);
        JsonNode config = JsonNode.Parse(
            await PullAsync(client, "v2/team/tiny/blobs/", manifest["config"]!)
        )!;

        Assert.Equal(2, (int)manifest["schemaVersion"]!);
        Assert.Equal(model, pulled);
        Assert.Equal("gguf", (string?)config["model_format"]);
        Assert.Equal("llama", (string?)config["model_family"]);
        Assert.Equal($"{weights["digest"]}", (string?)config["rootfs"]!["diff_ids"]![0]);
    }

    private static async Task<HttpResponseMessage> ManifestAsync(HttpClient client, string path)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, path);
        request.Headers.Accept.ParseAdd("application/vnd.docker.distribution.manifest.v2+json");
        return await client.SendAsync(request, Token);
    }

    private static async Task<byte[]> PullAsync(HttpClient client, string blobs, JsonNode layer)
    {
        string path = blobs + (string?)layer["digest"];
        using HttpRequestMessage look = new(HttpMethod.Head, path);
        using HttpResponseMessage size = await client.SendAsync(look, Token);
        Assert.Equal(HttpStatusCode.OK, size.StatusCode);
        Assert.Equal((long)layer["size"]!, size.Content.Headers.ContentLength);
        using MemoryStream whole = new();
        for (long offset = 0; offset < size.Content.Headers.ContentLength; offset += Part)
        {
            using HttpRequestMessage request = new(HttpMethod.Get, path);
            long end = Math.Min(offset + Part, size.Content.Headers.ContentLength!.Value) - 1;
            request.Headers.Range = new RangeHeaderValue(offset, end);
            using HttpResponseMessage part = await client.SendAsync(request, Token);
            Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
            Assert.Equal(end - offset + 1, part.Content.Headers.ContentLength);
            await part.Content.CopyToAsync(whole, Token);
        }

        byte[] content = whole.ToArray();
        Assert.Equal((string?)layer["digest"], ModelDigest.FromHash(SHA256.HashData(content)).ToString());
        return content;
    }
}
