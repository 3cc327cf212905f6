using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Store;
using LlmOperator.Testing.Gguf;
using LlmOperator.Testing.Logging;
using Microsoft.Extensions.Logging;

namespace LlmOperator.NodeAgent.Tests.Store;

public sealed class NodeCachesTests : IDisposable
{
    private readonly StoreFixture _fixture = new();
    private readonly RecordingLoggerFactory _loggers = new();
    private readonly byte[] _model = ModelShapes.TinyLlama();
    private readonly ModelDigest _digest;

    public NodeCachesTests()
    {
        _digest = StoreFixture.DigestOf(_model);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Ollama => Path.Combine(_fixture.Outside, "ollama");

    private string Hub => Path.Combine(_fixture.Outside, "hub");

    public void Dispose()
    {
        _fixture.Dispose();
        _loggers.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Find_FileOfAnotherProgram_IsReadWhereItLies(bool isOllama)
    {
        string file = Write(isOllama);

        StoredBlob? blob = await FindAsync();

        Assert.Equal(file, blob?.Reference?.Path);
        Assert.Equal(file, _fixture.Store.PathOf(_digest));
        Assert.False(File.Exists(_fixture.Store.Layout.Blob(_digest)));
        Assert.Equal(0, _fixture.Store.SizeBytes);
        await using Stream? stream = _fixture.Store.OpenRead(_digest);
        Assert.Equal(_model.Length, stream?.Length);
    }

    [Fact]
    public async Task Find_AfterARestart_StillHolds()
    {
        string file = Write(isOllama: true);
        await FindAsync();

        _fixture.Reopen();

        Assert.Equal(file, _fixture.Store.Find(_digest)?.Reference?.Path);
    }

    [Theory]
    [InlineData("gone")]
    [InlineData("changed")]
    [InlineData("replaced")]
    public async Task Find_FileThatIsOtherThanItWas_IsNoLongerStored(string what)
    {
        string file = Write(isOllama: true);
        await FindAsync();
        StoredModelFiles model = ModelOf();
        Assert.True(_fixture.Store.StillHolds(model));

        switch (what)
        {
            case "gone":
                File.Delete(file);
                break;
            case "changed":
                DateTime before = File.GetLastWriteTimeUtc(file);
                _model[^1] ^= 1;
                await File.WriteAllBytesAsync(file, _model, Token);
                File.SetLastWriteTimeUtc(file, before.AddSeconds(1));
                break;
            default:
                DateTime time = File.GetLastWriteTimeUtc(file);
                await File.WriteAllBytesAsync(file + ".new", _model, Token);
                File.SetLastWriteTimeUtc(file + ".new", time);
                File.Move(file + ".new", file, overwrite: true);
                break;
        }

        Assert.Null(_fixture.Store.Find(_digest));
        Assert.False(_fixture.Store.StillHolds(model));
        Assert.Null(_fixture.Store.OpenRead(_digest));
    }

    [Fact]
    public async Task Find_WrongBytesUnderTheName_AreNotUsed()
    {
        _model[^1] ^= 1;
        Write(isOllama: true);

        Assert.Null(await FindAsync());
        Assert.Null(await FindAsync());
        Assert.Null(_fixture.Store.Find(_digest));
        Assert.Contains(
            _loggers.Entries,
            entry => entry.Text.Contains("its bytes have the digest", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Find_LinkOrOtherSize_IsNotUsed()
    {
        string file = Write(isOllama: true);
        File.Move(file, file + ".real");
        File.CreateSymbolicLink(file, file + ".real");

        Assert.Null(await FindAsync());
    }

    [Fact]
    public async Task Prune_ReferencedFile_IsLeftAlone()
    {
        string file = Write(isOllama: true);
        await FindAsync();

        Assert.Equal(0, _fixture.Collector.DeleteUnpinned(long.MaxValue));

        Assert.True(File.Exists(file));
        Assert.NotNull(_fixture.Store.Find(_digest));
    }

    private string Write(bool isOllama)
    {
        string file = isOllama
            ? Path.Combine(Ollama, "blobs", _digest.FileName)
            : Path.Combine(Hub, "models--org--name", "blobs", _digest.Hex);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, _model);
        return file;
    }

    private StoredModelFiles ModelOf() =>
        new()
        {
            Name = "tiny",
            Files =
            [
                new StoredFile
                {
                    Role = ResolvedFileRole.Weights,
                    Digest = _digest,
                    SizeBytes = _model.Length,
                },
            ],
        };

    private Task<StoredBlob?> FindAsync() =>
        new NodeCaches(_fixture.Store, [Ollama], [Hub], _loggers.CreateLogger<NodeCaches>()).FindAsync(
            _digest,
            _model.Length,
            isModel: true,
            "tiny",
            Token
        );
}
