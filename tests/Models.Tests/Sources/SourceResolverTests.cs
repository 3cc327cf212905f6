using System.Security.Cryptography;
using LlmOperator.Models.Sources;
using LlmOperator.Testing.Registries;

namespace LlmOperator.Models.Tests.Sources;

public sealed class SourceResolverTests
{
    private const string Repo = "Acme/Tiny-GGUF";
    private static readonly RegistryContent s_content = RegistryContent.Generated(100_000, seed: 7);
    private static readonly RegistryContent s_other = RegistryContent.Generated(50_000, seed: 8);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ResolveAsync_OllamaName_GivesDigestsSizesAndAddresses()
    {
        await using RegistryStandIn standIn = await RegistryStandIn.StartAsync(Token);
        standIn.Ollama.Add("tiny:v1", s_content, ("template", s_other), ("unknown", s_other));

        ResolvedModel model = await ResolveAsync(standIn, new OllamaSource(OllamaName.Parse("tiny:v1")));

        Assert.Equal(s_content.Digest, model.Digest);
        Assert.Equal(150_000, model.SizeBytes);
        Assert.StartsWith("sha256:", model.Revision, StringComparison.Ordinal);
        Assert.Equal("ollama tiny:v1", model.DisplayName);
        Assert.Equal(
            [ResolvedFileRole.Weights, ResolvedFileRole.Template],
            model.Files.Select(file => file.Role)
        );
        Assert.Equal(
            new Uri(standIn.Address, $"v2/library/tiny/blobs/{s_content.Digest}"),
            model.Files[0].Url
        );
    }

    [Fact]
    public async Task ResolveAsync_OllamaNameWithHost_AsksThatHost()
    {
        await using RegistryStandIn standIn = await RegistryStandIn.StartAsync(Token);
        standIn.Ollama.Add("me/tiny", s_content);
        OllamaName name = OllamaName.Parse($"127.0.0.1:{standIn.Address.Port}/me/tiny");

        ResolvedModel model = await ResolveAsync(
            standIn.Settings with
            {
                OllamaRegistry = new Uri("https://registry.invalid"),
            },
            new OllamaSource(name)
        );

        Assert.Equal(s_content.Digest, model.Digest);
    }

    [Fact]
    public async Task ResolveAsync_OllamaRegistryWithTokens_ExchangesOneAndKeepsItOutOfTheModel()
    {
        await using RegistryStandIn standIn = await RegistryStandIn.StartAsync(Token);
        standIn.Ollama.Add("tiny", s_content);
        standIn.RequiredToken = "secret";

        ResolvedModel model = await ResolveAsync(standIn, new OllamaSource(OllamaName.Parse("tiny")));

        Assert.Equal(s_content.Digest, model.Digest);
        Assert.Contains(standIn.Requests, request => request.Authorization == "Bearer secret");
        Assert.Empty(model.Files[0].Headers);
    }

    [Fact]
    public async Task ResolveAsync_RealmOnAnotherHost_IsRefusedAndNeverAsked()
    {
        await using RegistryStandIn standIn = await RegistryStandIn.StartAsync(Token);
        standIn.Ollama.Add("tiny", s_content);
        standIn.RequiredToken = "secret";
        standIn.Ollama.Realm = new Uri(standIn.ContentAddress, "token");

        ModelSourceException error = await FailAsync(standIn, new OllamaSource(OllamaName.Parse("tiny")));

        Assert.Equal(ModelSourceFailure.Refused, error.Failure);
        Assert.DoesNotContain(standIn.Requests, request => request.Path == "/token");
    }

    public static TheoryData<string, string> BadManifests =>
        new()
        {
            { "{}", "not a manifest" },
            { "[1", "not a manifest" },
            { "{\"layers\":[]}", "without a GGUF model" },
            { Layer("sha256:../../x", "1"), "not sha256" },
            { Layer("sha256:" + new string('a', 64), "-1"), "impossible size" },
            { Layer("sha256:" + new string('a', 64), "0"), "impossible size" },
            { "{\"layers\":[" + string.Join(',', Enumerable.Repeat("{}", 1001)) + "]}", "more than 1000" },
            { "{\"layers\":\"" + new string('x', 5 << 20) + "\"}", "4194304 bytes" },
        };

    [Theory]
    [MemberData(nameof(BadManifests), DisableDiscoveryEnumeration = true)]
    public async Task ResolveAsync_BadManifest_SaysWhatIsWrong(string manifest, string expected)
    {
        await using RegistryStandIn standIn = await RegistryStandIn.StartAsync(Token);
        standIn.Ollama.AddManifest("bad", manifest);

        ModelSourceException error = await FailAsync(standIn, new OllamaSource(OllamaName.Parse("bad")));

        Assert.Equal(ModelSourceFailure.Invalid, error.Failure);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("missing", ModelSourceFailure.NotFound)]
    [InlineData("missing/model:tag", ModelSourceFailure.NotFound)]
    public async Task ResolveAsync_UnknownOllamaName_IsNotFound(string name, ModelSourceFailure failure)
    {
        await using RegistryStandIn standIn = await RegistryStandIn.StartAsync(Token);

        ModelSourceException error = await FailAsync(standIn, new OllamaSource(OllamaName.Parse(name)));

        Assert.Equal(failure, error.Failure);
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, null, "tiny-Q4_K_M.gguf")]
    [InlineData(null, "q8_0", "tiny-Q8_0.gguf")]
    [InlineData(null, "BF16", "tiny-BF16.gguf")]
    [InlineData("other/deep.gguf", null, "other/deep.gguf")]
    public async Task ResolveAsync_HuggingFace_ChoosesTheFile(
        string? file,
        string? quantization,
        string expected
    )
    {
        await using RegistryStandIn standIn = await RegistryStandIn.StartAsync(Token);
        standIn.HuggingFace.PageSize = 2;
        foreach (
            string path in (string[])
                [
                    "mmproj-F16.gguf",
                    "other/deep.gguf",
                    "tiny-BF16.gguf",
                    "tiny-IQ4_K_M.gguf",
                    "tiny-Q4_K_M.gguf",
                    "tiny-Q8_0.gguf",
                ]
        )
        {
            standIn.HuggingFace.Add(Repo, path, path == expected ? s_content : s_other);
        }

        ResolvedModel model = await ResolveAsync(
            standIn,
            new HuggingFaceSource(Repo, file, Quantization: quantization)
        );

        Assert.Equal(s_content.Digest, model.Digest);
        Assert.Equal(s_content.Length, model.SizeBytes);
        Assert.Equal(HuggingFaceRoutes.CommitOf(Repo), model.Revision);
        ResolvedFile resolved = Assert.Single(model.Files);
        Assert.Equal($"/{Repo}/resolve/{model.Revision}/{expected}", resolved.Url.AbsolutePath);
    }

    [Fact]
    public async Task ResolveAsync_HuggingFaceSplitModel_GivesAllPartsInOrder()
    {
        await using RegistryStandIn standIn = await RegistryStandIn.StartAsync(Token);
        standIn.HuggingFace.Add(Repo, "big-Q8_0-00002-of-00002.gguf", s_other);
        standIn.HuggingFace.Add(Repo, "big-Q8_0-00001-of-00002.gguf", s_content);

        ResolvedModel model = await ResolveAsync(standIn, new HuggingFaceSource(Repo, Quantization: "Q8_0"));

        Assert.Equal([s_content.Digest, s_other.Digest], model.Files.Select(file => file.Digest));
        Assert.Equal(150_000, model.SizeBytes);
    }

    [Theory]
    [InlineData("Acme/Missing", null, "main", null, ModelSourceFailure.NotFound, "no public repository")]
    [InlineData(
        Repo,
        "missing.gguf",
        "main",
        null,
        ModelSourceFailure.NotFound,
        "it has small.gguf, tiny-Q4_K_M.gguf"
    )]
    [InlineData(Repo, null, "main", "Q2_K", ModelSourceFailure.NotFound, "quantization 'Q2_K'")]
    [InlineData(Repo, null, "gone", null, ModelSourceFailure.NotFound, "no revision 'gone'")]
    [InlineData("Acme/Gated", null, "main", null, ModelSourceFailure.Unauthorized, "gated")]
    [InlineData("../etc", null, "main", null, ModelSourceFailure.Invalid, "huggingFace.repo")]
    [InlineData(Repo, "../x.gguf", "main", null, ModelSourceFailure.Invalid, "huggingFace.file")]
    [InlineData(Repo, null, "-x", null, ModelSourceFailure.Invalid, "huggingFace.revision")]
    [InlineData(Repo, "small.gguf", "main", null, ModelSourceFailure.Invalid, "no SHA-256")]
    public async Task ResolveAsync_BadHuggingFaceSource_SaysWhatToDo(
        string repo,
        string? file,
        string revision,
        string? quantization,
        ModelSourceFailure failure,
        string expected
    )
    {
        await using RegistryStandIn standIn = await RegistryStandIn.StartAsync(Token);
        standIn.HuggingFace.Add(Repo, "tiny-Q4_K_M.gguf", s_content);
        standIn.HuggingFace.Add(Repo, "small.gguf", s_other, largeFile: false);
        standIn.HuggingFace.Gated.Add("Acme/Gated");

        ModelSourceException error = await FailAsync(
            standIn,
            new HuggingFaceSource(repo, file, revision, quantization)
        );

        Assert.Equal(failure, error.Failure);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ResolveAsync_Http_GivesSizeAndOnlyTheDigestThatWasStated()
    {
        await using RegistryStandIn standIn = await RegistryStandIn.StartAsync(Token);
        Uri url = standIn.AddFile("tiny.gguf", s_content);

        ResolvedModel open = await ResolveAsync(standIn, new HttpSource(url));
        ResolvedModel stated = await ResolveAsync(standIn, new HttpSource(url, s_content.Digest));

        Assert.Null(open.Digest);
        Assert.Equal(s_content.Digest, stated.Digest);
        Assert.Equal(s_content.Length, open.SizeBytes);
        Assert.Equal(s_content.EntityTag, open.Revision);
    }

    [Theory]
    [InlineData("big-00001-of-00003.gguf", 0)]
    [InlineData("big-00002-of-00003.gguf", 1)]
    public async Task ResolveAsync_HttpPartOfASplitModel_GivesAllPartsInOrder(string named, int stated)
    {
        await using RegistryStandIn standIn = await RegistryStandIn.StartAsync(Token);
        for (int part = 1; part <= 3; part++)
        {
            standIn.AddFile(
                $"a b/big-0000{part}-of-00003.gguf",
                RegistryContent.Generated(1000 * part, part)
            );
        }

        HttpSource source = new(new Uri(standIn.Address, $"files/a%20b/{named}?x=1"), s_content.Digest);
        ResolvedModel model = await ResolveAsync(standIn, source);

        Assert.Equal([1000L, 2000, 3000], model.Files.Select(file => file.SizeBytes));
        Assert.Equal(6000, model.SizeBytes);
        Assert.All(model.Files, file => Assert.Equal("?x=1", file.Url.Query));
        Assert.Equal(
            Enumerable.Range(0, 3).Select(part => part == stated ? s_content.Digest : (ModelDigest?)null),
            model.Files.Select(file => file.Digest)
        );
        Assert.Equal(model.Files[0].Digest, model.Digest);
        Assert.Equal(64, model.Revision.Length);
    }

    [Fact]
    public async Task ResolveAsync_HttpPartIsMissing_NamesIt()
    {
        await using RegistryStandIn standIn = await RegistryStandIn.StartAsync(Token);
        Uri url = standIn.AddFile("big-00001-of-00002.gguf", s_content);

        ModelSourceException error = await FailAsync(standIn, new HttpSource(url));

        Assert.Equal(ModelSourceFailure.NotFound, error.Failure);
        Assert.Contains(
            "part 2 of 2, '/files/big-00002-of-00002.gguf'",
            error.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task ResolveAsync_HttpNameOfThousandsOfParts_IsRefusedBeforeTheFirstRequest()
    {
        await using RegistryStandIn standIn = await RegistryStandIn.StartAsync(Token);
        Uri url = standIn.AddFile("big-00001-of-65000.gguf", s_content);

        ModelSourceException error = await FailAsync(standIn, new HttpSource(url));

        Assert.Equal(ModelSourceFailure.Invalid, error.Failure);
        Assert.Empty(standIn.Requests);
    }

    [Fact]
    public async Task ResolveAsync_FilePartOfASplitModel_GivesAllPartsOrNamesTheMissingOne()
    {
        string folder = Directory.CreateTempSubdirectory("split-").FullName;
        string first = Path.Combine(folder, "m-00001-of-00002.gguf");
        string second = Path.Combine(folder, "m-00002-of-00002.gguf");
        await File.WriteAllBytesAsync(second, [1, 2, 3], Token);

        ModelSourceException error = await Assert.ThrowsAsync<ModelSourceException>(() =>
            ResolveAsync(new SourceSettings(), new FileSource(second))
        );
        await File.WriteAllBytesAsync(first, [4, 5], Token);
        ModelDigest stated = ModelDigest.FromHash(SHA256.HashData([9]));
        ResolvedModel model = await ResolveAsync(new SourceSettings(), new FileSource(second, stated));

        Assert.Equal(ModelSourceFailure.NotFound, error.Failure);
        Assert.Contains(first, error.Message, StringComparison.Ordinal);
        Assert.Equal([first, second], model.Files.Select(file => file.Url.LocalPath));
        Assert.Equal(ModelDigest.FromHash(SHA256.HashData([4, 5])), model.Digest);
        Assert.Equal(stated, model.Files[1].Digest);
        Assert.Equal(5, model.SizeBytes);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task ResolveAsync_RateLimited_SaysHowLongToWait()
    {
        await using RegistryStandIn standIn = await RegistryStandIn.StartAsync(Token);
        Uri url = standIn.AddFile("tiny.gguf", s_content);
        standIn.Inject(new RegistryFault.Status(429, RetryAfterSeconds: 17));

        ModelSourceException error = await FailAsync(standIn, new HttpSource(url));

        Assert.Equal(ModelSourceFailure.RateLimited, error.Failure);
        Assert.Equal(TimeSpan.FromSeconds(17), error.RetryAfter);
    }

    [Fact]
    public async Task ResolveAsync_File_ComputesItsDigest()
    {
        string path = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(path, [1, 2, 3], Token);

            ResolvedModel model = await ResolveAsync(new SourceSettings(), new FileSource(path));

            Assert.Equal(ModelDigest.FromHash(SHA256.HashData([1, 2, 3])), model.Digest);
            Assert.Equal(3, model.SizeBytes);
            Assert.Equal(path, model.Files[0].Url.LocalPath);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData("relative.gguf", ModelSourceFailure.Invalid)]
    [InlineData("/does/not/exist.gguf", ModelSourceFailure.NotFound)]
    public async Task ResolveAsync_BadFile_SaysWhatToDo(string path, ModelSourceFailure failure)
    {
        ModelSourceException error = await Assert.ThrowsAsync<ModelSourceException>(() =>
            ResolveAsync(new SourceSettings(), new FileSource(path))
        );

        Assert.Equal(failure, error.Failure);
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }

    private static string Layer(string digest, string size) =>
        $$"""{"layers":[{"mediaType":"application/vnd.ollama.image.model","digest":"{{digest}}","size":{{size}}}]}""";

    private static Task<ModelSourceException> FailAsync(RegistryStandIn standIn, ModelSource source) =>
        Assert.ThrowsAsync<ModelSourceException>(() => ResolveAsync(standIn, source));

    private static Task<ResolvedModel> ResolveAsync(RegistryStandIn standIn, ModelSource source) =>
        ResolveAsync(standIn.Settings, source);

    private static async Task<ResolvedModel> ResolveAsync(SourceSettings settings, ModelSource source)
    {
        using GuardedHttp http = new(settings, TimeProvider.System);
        return await new SourceResolver(http, settings, TimeProvider.System).ResolveAsync(
            source,
            null,
            Token
        );
    }
}
