using LlmOperator.Models.Gguf;
using LlmOperator.Models.Sources;
using LlmOperator.Testing.Gguf;
using LlmOperator.Testing.Registries;

namespace LlmOperator.Models.Tests.Sources;

public sealed class RangeClientTests : IAsyncLifetime
{
    private const int Size = 300_000;
    private readonly RegistryContent _content = RegistryContent.Generated(Size, seed: 3);
    private RegistryStandIn _standIn = null!;
    private SourceSettings _settings = null!;
    private GuardedHttp _http = null!;
    private RangeClient _client = null!;
    private ResolvedFile _file = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _standIn = await RegistryStandIn.StartAsync(Token);
        _settings = _standIn.Settings with { ResponseTimeout = TimeSpan.FromSeconds(2) };
        _http = new GuardedHttp(_settings, TimeProvider.System);
        _client = new RangeClient(_http, _settings, TimeProvider.System);
        _file = FileOf(_standIn.AddFile("model.gguf", _content), _content);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _standIn.DisposeAsync();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(123_456)]
    [InlineData(Size - 1)]
    public async Task OpenRangeAsync_FromOffset_GivesTheRest(int offset)
    {
        await using RangeResponse response = await _client.OpenRangeAsync(_file, offset, Token);

        Assert.Equal(RangeOutcome.FromOffset, response.Outcome);
        Assert.Equal(Size, response.TotalBytes);
        Assert.Equal($"\"{_content.EntityTag}\"", response.EntityTag);
        Assert.Equal((await _content.ReadAllAsync())[offset..], await ReadAsync(response));
    }

    [Fact]
    public async Task OpenRangeAsync_WithLength_GivesJustThat()
    {
        await using RangeResponse response = await _client.OpenRangeAsync(_file, 10, 20, Token);

        Assert.Equal((await _content.ReadAllAsync())[10..30], await ReadAsync(response));
        Assert.Equal("bytes=10-29", Assert.Single(_standIn.Requests).Range);
    }

    [Fact]
    public async Task OpenRangeAsync_RedirectedContent_CarriesNoCredentialToTheOtherHost()
    {
        _standIn.Ollama.Add("tiny", _content);
        _standIn.RequiredToken = "secret";
        ResolvedModel model = await new SourceResolver(_http, _settings, TimeProvider.System).ResolveAsync(
            new OllamaSource(OllamaName.Parse("tiny")),
            new SourceCredentials("secret"),
            Token
        );

        await using RangeResponse response = await _client.OpenRangeAsync(model.Files[0], 5, Token);

        Assert.Equal((await _content.ReadAllAsync())[5..], await ReadAsync(response));
        RecordedRequest last = _standIn.Requests.Last();
        Assert.Equal(("localhost", "bytes=5-", null), (last.Host, last.Range, last.Authorization));
    }

    [Fact]
    public async Task OpenRangeAsync_RangesIgnored_SaysThatItStartsOver()
    {
        _standIn.Inject(new RegistryFault.IgnoreRange());

        await using RangeResponse response = await _client.OpenRangeAsync(_file, 1_000, Token);

        Assert.Equal(RangeOutcome.FromStart, response.Outcome);
        Assert.Equal(await _content.ReadAllAsync(), await ReadAsync(response));
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    public async Task OpenRangeAsync_AddressExpired_AsksToResolveAgain(int status)
    {
        _standIn.Inject(new RegistryFault.Status(status));

        await using RangeResponse response = await _client.OpenRangeAsync(_file, 1_000, Token);

        Assert.Equal(RangeOutcome.ResolveAgain, response.Outcome);
        Assert.Empty(await ReadAsync(response));
    }

    public static TheoryData<RegistryFault, ModelSourceFailure> Faults =>
        new()
        {
            { new RegistryFault.WrongContentRange(), ModelSourceFailure.Invalid },
            { new RegistryFault.Compressed(), ModelSourceFailure.Invalid },
            { new RegistryFault.ShortBody(), ModelSourceFailure.Invalid },
            { new RegistryFault.Status(404), ModelSourceFailure.NotFound },
            { new RegistryFault.Status(416), ModelSourceFailure.Invalid },
            { new RegistryFault.Status(429, 5), ModelSourceFailure.RateLimited },
            { new RegistryFault.Status(500), ModelSourceFailure.Unreachable },
            { new RegistryFault.Status(503, 5), ModelSourceFailure.Unreachable },
        };

    [Theory]
    [MemberData(nameof(Faults), DisableDiscoveryEnumeration = true)]
    public async Task OpenRangeAsync_Fault_HasItsReason(RegistryFault fault, ModelSourceFailure failure)
    {
        _standIn.Inject(fault);

        ModelSourceException error = await Assert.ThrowsAsync<ModelSourceException>(() =>
            _client.OpenRangeAsync(_file, 1_000, Token)
        );

        Assert.Equal(failure, error.Failure);
        await using RangeResponse healed = await _client.OpenRangeAsync(_file, 1_000, Token);
        Assert.Equal(RangeOutcome.FromOffset, healed.Outcome);
    }

    [Fact]
    public async Task OpenRangeAsync_AnotherSizeThanAnnounced_IsRefused()
    {
        ModelSourceException error = await Assert.ThrowsAsync<ModelSourceException>(() =>
            _client.OpenRangeAsync(_file with { SizeBytes = Size + 1 }, 0, Token)
        );

        Assert.Equal(ModelSourceFailure.Invalid, error.Failure);
    }

    [Fact]
    public async Task Content_ConnectionCut_IsAnIoErrorAfterTheBytesThatCame()
    {
        _standIn.Inject(new RegistryFault.CutAfter(100_000));

        await using RangeResponse response = await _client.OpenRangeAsync(_file, 0, Token);

        await Assert.ThrowsAnyAsync<IOException>(() => ReadAsync(response));
    }

    [Fact]
    public async Task Content_SourceStalls_IsAnIoError()
    {
        _standIn.Inject(new RegistryFault.StallAfter(100_000));

        await using RangeResponse response = await _client.OpenRangeAsync(_file, 0, Token);

        IOException error = await Assert.ThrowsAnyAsync<IOException>(() => ReadAsync(response));
        Assert.Contains("sent nothing for 2 s", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenRangeAsync_LocalFile_ReadsFromOffset()
    {
        string path = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(path, [1, 2, 3, 4], Token);
            ResolvedFile file = _file with { Url = new Uri("file://" + path), SizeBytes = 4 };

            await using RangeResponse response = await _client.OpenRangeAsync(file, 2, Token);

            Assert.Equal([3, 4], await ReadAsync(response));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task GgufReader_LargeFileByRanges_FetchesTheHeaderOnly()
    {
        GgufBuilder builder = ModelShapes.Builder(
            new ModelShape
            {
                Layers = 2,
                Embedding = 4096,
                FeedForward = 14336,
                Vocabulary = 120_000,
                Type = GgmlType.F16,
            },
            random: null
        );
        byte[] header = builder.BuildHeader();
        long length = (await GgufLength(builder)).FileBytes;
        RegistryContent content = RegistryContent.Generated(length, seed: 1, header);
        HttpByteRangeSource source = new(_client, FileOf(_standIn.AddFile("large.gguf", content), content));

        GgufFile file = await GgufReader.ReadAsync(source, GgufLimits.Default, Token);

        Assert.Equal(120_000, ModelFacts.From(file).VocabularySize);
        Assert.InRange(header.Length, 2 << 20, 3 << 20);
        Assert.Equal(3 << 20, source.FetchedBytes);
        Assert.Equal(["bytes=0-1048575", "bytes=1048581-3145732"], _standIn.Requests.Select(r => r.Range));
    }

    [Fact]
    public async Task GgufReader_SourceWithoutRanges_SaysWhatToDo()
    {
        RegistryContent content = RegistryContent.Generated(
            8 << 20,
            seed: 1,
            new GgufBuilder()
                .TextArray("tokenizer.ggml.tokens", [.. Enumerable.Repeat(new string('x', 100), 20_000)])
                .BuildHeader()
        );
        HttpByteRangeSource source = new(
            _client,
            FileOf(_standIn.AddFile("no-ranges.gguf", content), content)
        );
        _standIn.Inject(new RegistryFault.IgnoreRange { Times = 10 });

        ModelSourceException error = await Assert.ThrowsAsync<ModelSourceException>(() =>
            GgufReader.ReadAsync(source, GgufLimits.Default, Token)
        );

        Assert.Contains("does not serve ranges", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("override", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HttpByteRangeSource_FileChangesBetweenRanges_SaysSoAndJoinsNothing()
    {
        RegistryContent before = RegistryContent.Generated(8 << 20, seed: 1);
        RegistryContent after = RegistryContent.Generated(8 << 20, seed: 2);
        Uri url = _standIn.AddFile("moving.gguf", before);
        using HttpByteRangeSource source = new(_client, FileOf(url, before));
        byte[] buffer = new byte[16];
        Assert.Equal(16, await source.ReadAsync(0, buffer, Token));

        _standIn.AddFile("moving.gguf", after);
        ModelSourceException error = await Assert.ThrowsAsync<ModelSourceException>(async () =>
            await source.ReadAsync(4 << 20, buffer, Token)
        );

        Assert.Equal(ModelSourceFailure.Unreachable, error.Failure);
        Assert.Contains("changed while its header was read", error.Message, StringComparison.Ordinal);
        Assert.Equal(1 << 20, source.FetchedBytes);
    }

    private static ResolvedFile FileOf(Uri url, RegistryContent content) =>
        new()
        {
            Role = ResolvedFileRole.Weights,
            SizeBytes = content.Length,
            Url = url,
        };

    private static async Task<GgufFile> GgufLength(GgufBuilder builder)
    {
        string path = Path.GetTempFileName();
        try
        {
            builder.WriteFile(path);
            return await GgufReader.ReadFileAsync(path, Token);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static async Task<byte[]> ReadAsync(RangeResponse response)
    {
        using MemoryStream bytes = new();
        await response.Content.CopyToAsync(bytes, Token);
        return bytes.ToArray();
    }
}
