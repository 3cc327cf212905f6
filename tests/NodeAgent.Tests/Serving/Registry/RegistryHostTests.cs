using System.Net;
using System.Security.Cryptography;
using LlmOperator.Models.Gguf;
using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Serving.Registry;
using LlmOperator.NodeAgent.Store;
using LlmOperator.Testing.Gguf;

namespace LlmOperator.NodeAgent.Tests.Serving.Registry;

public sealed class RegistryHostTests : IDisposable
{
    private const string Name = "library/tiny:latest";
    private const string Secret = "0123456789abcdef-secret";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("llmop-registry-");
    private readonly byte[] _model = ModelShapes.TinyLlama();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string StoreFolder => Path.Combine(_folder.FullName, "store");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Resolve_ImportedModel_GivesTheWholeFileAndRanges()
    {
        await using RegistryHost host = await StartAsync();
        SourceSettings settings = SettingsFor(host);
        using GuardedHttp http = new(settings, TimeProvider.System);

        ResolvedModel model = await new SourceResolver(http, settings, TimeProvider.System).ResolveAsync(
            new OllamaSource(OllamaName.Parse("tiny"), null),
            null,
            Token
        );
        RangeClient ranges = new(http, settings, TimeProvider.System);
        ResolvedFile weights = model.Files[0];
        byte[] whole = await ReadAsync(ranges.OpenRangeAsync(weights, 0, Token));
        byte[] end = await ReadAsync(ranges.OpenRangeAsync(weights, 1000, Token));
        byte[] middle = await ReadAsync(ranges.OpenRangeAsync(weights, 4096, 777, Token));

        Assert.Equal(ModelDigest.FromHash(SHA256.HashData(_model)), model.Digest);
        Assert.Equal(_model.Length, weights.SizeBytes);
        Assert.Equal(_model, whole);
        Assert.Equal(_model[1000..], end);
        Assert.Equal(_model[4096..4873], middle);
    }

    [Fact]
    public async Task Resolve_PrivateModel_IsNotOffered()
    {
        ModelDigest digest = ModelDigest.FromHash(SHA256.HashData(_model));
        using (ModelStore store = ModelStore.Open(StoreFolder, TimeProvider.System))
        {
            store.Access.Accept(digest, "team-a", isNew: true);
        }

        await using RegistryHost host = await StartAsync();
        using HttpClient client = new() { BaseAddress = host.Address };
        using HttpResponseMessage manifest = await client.GetAsync("v2/library/tiny/manifests/latest", Token);
        using HttpResponseMessage blob = await client.GetAsync($"v2/library/tiny/blobs/{digest}", Token);

        Assert.Equal(System.Net.HttpStatusCode.NotFound, manifest.StatusCode);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, blob.StatusCode);
    }

    [Fact]
    public async Task Resolve_UnknownName_IsNotFound()
    {
        await using RegistryHost host = await StartAsync();
        SourceSettings settings = SettingsFor(host);
        using GuardedHttp http = new(settings, TimeProvider.System);
        SourceResolver resolver = new(http, settings, TimeProvider.System);

        foreach (string name in (string[])["other", "tiny:q4", "someone/tiny"])
        {
            ModelSourceException error = await Assert.ThrowsAsync<ModelSourceException>(() =>
                resolver.ResolveAsync(new OllamaSource(OllamaName.Parse(name), null), null, Token)
            );
            Assert.Equal(ModelSourceFailure.NotFound, error.Failure);
        }
    }

    [Fact]
    public async Task Manifest_OciAsked_ListsTheFilesAndTheConfigurationIsServed()
    {
        await using RegistryHost host = await StartAsync();
        using HttpClient client = new() { BaseAddress = host.Address };
        client.DefaultRequestHeaders.Add("Accept", "application/vnd.oci.image.manifest.v1+json");

        using HttpResponseMessage answer = await client.GetAsync("v2/library/tiny/manifests/latest", Token);
        System.Text.Json.Nodes.JsonNode manifest = System.Text.Json.Nodes.JsonNode.Parse(
            await answer.Content.ReadAsStringAsync(Token)
        )!;
        byte[] config = await client.GetByteArrayAsync(
            $"v2/library/tiny/blobs/{manifest["config"]!["digest"]}",
            Token
        );

        Assert.Equal(
            "application/vnd.oci.image.manifest.v1+json",
            answer.Content.Headers.ContentType?.MediaType
        );
        Assert.Equal(
            "model.gguf",
            (string?)manifest["layers"]![0]!["annotations"]!["org.cncf.model.filepath"]
        );
        Assert.Equal(
            (string?)manifest["config"]!["digest"],
            ModelDigest.FromHash(SHA256.HashData(config)).ToString()
        );
        Assert.Equal(
            """{"name":"library/tiny","tags":["latest"]}""",
            await client.GetStringAsync("v2/library/tiny/tags/list", Token)
        );
        Assert.Equal(
            HttpStatusCode.NotFound,
            (await client.GetAsync("v2/library/other/tags/list", Token)).StatusCode
        );
    }

    [Fact]
    public async Task Manifest_HeadAndGet_AgreeOnLengthAndDigest()
    {
        await using RegistryHost host = await StartAsync();
        using HttpClient client = new() { BaseAddress = host.Address };

        using HttpResponseMessage get = await client.GetAsync("v2/library/tiny/manifests/latest", Token);
        byte[] body = await get.Content.ReadAsByteArrayAsync(Token);
        using HttpResponseMessage head = await HeadAsync(client, "v2/library/tiny/manifests/latest");

        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Equal(body.Length, head.Content.Headers.ContentLength);
        Assert.Equal(RegistryManifest.MediaType, get.Content.Headers.ContentType?.MediaType);
        string digest = ModelDigest.FromHash(SHA256.HashData(body)).ToString();
        Assert.Equal([digest], get.Headers.GetValues("Docker-Content-Digest"));
        Assert.Equal([digest], head.Headers.GetValues("Docker-Content-Digest"));
        Assert.Empty(await head.Content.ReadAsByteArrayAsync(Token));
    }

    [Fact]
    public async Task Blob_HeadAndRanges_FollowHttp()
    {
        await using RegistryHost host = await StartAsync();
        using HttpClient client = new() { BaseAddress = host.Address };
        string path = $"v2/library/tiny/blobs/{ModelDigest.FromHash(SHA256.HashData(_model))}";

        using HttpResponseMessage head = await HeadAsync(client, path);
        using HttpResponseMessage part = await GetRangeAsync(client, path, $"bytes=10-19");
        using HttpResponseMessage last = await GetRangeAsync(client, path, "bytes=-5");
        using HttpResponseMessage beyond = await GetRangeAsync(client, path, $"bytes={_model.Length}-");

        Assert.Equal(_model.Length, head.Content.Headers.ContentLength);
        Assert.Equal(["bytes"], head.Headers.AcceptRanges);
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal($"bytes 10-19/{_model.Length}", part.Content.Headers.ContentRange?.ToString());
        Assert.Equal(_model[10..20], await part.Content.ReadAsByteArrayAsync(Token));
        Assert.Equal(_model[^5..], await last.Content.ReadAsByteArrayAsync(Token));
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, beyond.StatusCode);
        Assert.Equal($"bytes */{_model.Length}", beyond.Content.Headers.ContentRange?.ToString());
    }

    [Theory]
    [InlineData("/v2/library/..%2f..%2fetc/manifests/latest", HttpStatusCode.BadRequest)]
    [InlineData("/v2/library/tiny/manifests/..%2f..%2flock", HttpStatusCode.BadRequest)]
    [InlineData("/v2/library/%00tiny/manifests/latest", HttpStatusCode.BadRequest)]
    [InlineData("/v2/../lock", HttpStatusCode.NotFound)]
    [InlineData("/v2/library/tiny/blobs/..%2f..%2flock", HttpStatusCode.BadRequest)]
    [InlineData("/v2/library/tiny/blobs/sha256:../../lock", HttpStatusCode.BadRequest)]
    [InlineData("/v2/library/tiny/blobs/sha512:00", HttpStatusCode.BadRequest)]
    public async Task Request_PathThatLeavesTheStore_IsRefused(string path, HttpStatusCode expected)
    {
        await using RegistryHost host = await StartAsync();

        string status = await RawHttp.StatusLineAsync(host.Address, $"GET {path} HTTP/1.1", Token);

        Assert.StartsWith($"HTTP/1.1 {(int)expected} ", status, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Blob_UnderAnyName_IsGivenByItsDigest()
    {
        await using RegistryHost host = await StartAsync();
        using HttpClient client = new() { BaseAddress = host.Address };

        byte[] blob = await client.GetByteArrayAsync(
            $"v2/library/mirrored/blobs/{ModelDigest.FromHash(SHA256.HashData(_model))}",
            Token
        );
        using HttpResponseMessage unknown = await client.GetAsync(
            $"v2/library/tiny/blobs/sha256:{new string('0', 64)}",
            Token
        );

        Assert.Equal(_model, blob);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.False(unknown.Headers.Contains("Docker-Content-Digest"));
        Assert.Contains("BLOB_UNKNOWN", await unknown.Content.ReadAsStringAsync(Token));
    }

    [Theory]
    [InlineData(RegistryManifest.MediaType)]
    [InlineData("application/vnd.oci.image.manifest.v1+json")]
    public async Task Manifest_ByItsDigest_IsTheOneOfTheTag(string mediaType)
    {
        await using RegistryHost host = await StartAsync();
        using HttpClient client = new() { BaseAddress = host.Address };
        using HttpRequestMessage byTag = new(HttpMethod.Get, "v2/library/tiny/manifests/latest");
        byTag.Headers.Add("Accept", mediaType);
        using HttpResponseMessage tagged = await client.SendAsync(byTag, Token);
        byte[] manifest = await tagged.Content.ReadAsByteArrayAsync(Token);
        string digest = tagged.Headers.GetValues("Docker-Content-Digest").Single();

        using HttpResponseMessage byDigest = await client.GetAsync(
            $"v2/library/tiny/manifests/{digest}",
            Token
        );
        using HttpResponseMessage head = await HeadAsync(client, $"v2/library/tiny/manifests/{digest}");
        using HttpResponseMessage elsewhere = await client.GetAsync(
            $"v2/library/other/manifests/{digest}",
            Token
        );

        Assert.Equal(digest, ModelDigest.FromHash(SHA256.HashData(manifest)).ToString());
        Assert.Equal(manifest, await byDigest.Content.ReadAsByteArrayAsync(Token));
        Assert.Equal(mediaType, byDigest.Content.Headers.ContentType?.MediaType);
        Assert.Equal([digest], byDigest.Headers.GetValues("Docker-Content-Digest"));
        Assert.Equal(manifest.Length, head.Content.Headers.ContentLength);
        Assert.Equal(HttpStatusCode.NotFound, elsewhere.StatusCode);
        Assert.Contains("MANIFEST_UNKNOWN", await elsewhere.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task Manifest_OfAPrivateModelByDigest_IsNotFound()
    {
        await using RegistryHost host = await StartAsync();
        using HttpClient client = new() { BaseAddress = host.Address };
        using HttpResponseMessage open = await client.GetAsync("v2/library/tiny/manifests/latest", Token);
        string digest = open.Headers.GetValues("Docker-Content-Digest").Single();
        host.Store.Access.Accept(ModelDigest.FromHash(SHA256.HashData(_model)), "team-a", isNew: true);

        using HttpResponseMessage manifest = await client.GetAsync(
            $"v2/library/tiny/manifests/{digest}",
            Token
        );
        using HttpResponseMessage blob = await client.GetAsync(
            $"v2/library/mirrored/blobs/{ModelDigest.FromHash(SHA256.HashData(_model))}",
            Token
        );

        Assert.Equal(HttpStatusCode.NotFound, manifest.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, blob.StatusCode);
    }

    [Fact]
    public async Task Request_ForeignHostNameWithoutToken_IsDenied()
    {
        await using RegistryHost host = await StartAsync();
        using HttpClient client = new() { BaseAddress = host.Address };
        client.DefaultRequestHeaders.Host = "evil.example";

        using HttpResponseMessage response = await client.GetAsync("v2/", Token);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task Resolve_RegistryWithToken_NeedsIt()
    {
        await using RegistryHost host = await StartAsync(Secret);
        SourceSettings without = SettingsFor(host);
        SourceSettings with = without with
        {
            Tokens = new Dictionary<string, string> { [host.Address.Host] = Secret },
        };

        ModelSourceException error = await Assert.ThrowsAsync<ModelSourceException>(() =>
            ResolveAsync(without)
        );
        ResolvedModel model = await ResolveAsync(with);

        Assert.DoesNotContain(Secret, error.Message, StringComparison.Ordinal);
        Assert.Equal(_model.Length, model.Files[0].SizeBytes);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("short")]
    public async Task StartAsync_ForOtherMachinesWithoutGoodToken_IsRefused(string? token)
    {
        RegistryOptions options = new()
        {
            StoreDirectory = StoreFolder,
            ListenAddress = new IPEndPoint(IPAddress.Any, 0),
            Token = token,
        };

        ArgumentException error = await Assert.ThrowsAsync<ArgumentException>(() =>
            RegistryHost.StartAsync(options, Token)
        );

        Assert.Contains("at least 16", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(StoreFolder));
    }

    [Fact]
    public async Task StartAsync_AfterADispose_ServesWhatWasImported()
    {
        await (await StartAsync()).DisposeAsync();

        await using RegistryHost again = await RegistryHost.StartAsync(
            new RegistryOptions { StoreDirectory = StoreFolder },
            Token
        );

        Assert.Equal(_model.Length, (await ResolveAsync(SettingsFor(again))).Files[0].SizeBytes);
    }

    [Fact]
    public async Task Import_DamagedFile_IsRefusedAndNotServed()
    {
        await using RegistryHost host = await StartAsync();
        string file = Path.Combine(_folder.FullName, "bad.gguf");
        await File.WriteAllTextAsync(file, "no model", Token);

        await Assert.ThrowsAsync<InvalidModelException>(() => host.Store.ImportAsync(file, "bad", Token));

        Assert.Null(host.Store.FindName(OllamaName.Parse("bad")));
    }

    private async Task<RegistryHost> StartAsync(string? token = null)
    {
        RegistryHost host = await RegistryHost.StartAsync(
            new RegistryOptions { StoreDirectory = StoreFolder, Token = token },
            Token
        );
        string file = Path.Combine(_folder.FullName, "tiny.gguf");
        await File.WriteAllBytesAsync(file, _model, Token);
        StoredModelFiles stored = await host.Store.ImportAsync(file, Name, Token);
        Assert.Equal(_model.Length, stored.Files[0].SizeBytes);
        return host;
    }

    private static async Task<ResolvedModel> ResolveAsync(SourceSettings settings)
    {
        using GuardedHttp http = new(settings, TimeProvider.System);
        return await new SourceResolver(http, settings, TimeProvider.System).ResolveAsync(
            new OllamaSource(OllamaName.Parse("tiny"), null),
            null,
            Token
        );
    }

    private static SourceSettings SettingsFor(RegistryHost host) =>
        new() { OllamaRegistry = host.Address, AllowLoopback = true };

    private static async Task<byte[]> ReadAsync(Task<RangeResponse> opening)
    {
        await using RangeResponse response = await opening;
        using MemoryStream bytes = new();
        await response.Content.CopyToAsync(bytes, Token);
        return bytes.ToArray();
    }

    private static async Task<HttpResponseMessage> HeadAsync(HttpClient client, string path)
    {
        using HttpRequestMessage request = new(HttpMethod.Head, path);
        return await client.SendAsync(request, Token);
    }

    private static async Task<HttpResponseMessage> GetRangeAsync(HttpClient client, string path, string range)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Range", range);
        return await client.SendAsync(request, Token);
    }
}
