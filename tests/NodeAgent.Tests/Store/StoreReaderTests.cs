using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Store;
using LlmOperator.Testing.Gguf;

namespace LlmOperator.NodeAgent.Tests.Store;

public sealed class StoreReaderTests : IDisposable
{
    private readonly StoreFixture _fixture = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Read_BesideTheAgent_SaysNamesPinsAndUnfinishedDownloads()
    {
        string file = Path.Combine(_fixture.Outside, "tiny.gguf");
        await File.WriteAllBytesAsync(file, ModelShapes.TinyLlama(), Token);
        StoredModelFiles model = await _fixture.Store.ImportAsync(file, "library/tiny:latest", Token);
        _fixture.Store.Pins.Set("replica:llm/demo", [model.Digest]);
        ModelDigest partial = _fixture.AddPartial("somewhere", 5000);

        StoreContents contents = StoreReader.Read(_fixture.Folder);

        StoreItem weights = Assert.Single(contents.Items, item => item.Digest == model.Digest);
        Assert.Equal(["import:library/tiny:latest", "replica:llm/demo"], weights.PinnedBy);
        Assert.Contains("library/tiny:latest", weights.Names);
        Assert.False(weights.IsPartial);
        StoreItem unfinished = Assert.Single(contents.Items, item => item.IsPartial);
        Assert.Equal((partial, 5000), (unfinished.Digest, unfinished.SizeBytes));
        Assert.Equal(model.SizeBytes + 5000, contents.SizeBytes);
    }

    [Fact]
    public void Read_PreallocatedDownload_CountsWhatIsWritten()
    {
        ModelDigest key = _fixture.AddPartial("somewhere", 4096);
        string data = Path.Combine(_fixture.Store.Layout.PartialOf(key), "data");
        using (FileStream stream = new(data, FileMode.Open))
        {
            stream.SetLength(1L << 30);
        }

        Assert.InRange(Assert.Single(_fixture.Store.Contents().Items).SizeBytes, 1, 1 << 20);
    }

    [Fact]
    public void Read_RemainsOfACrash_AreNeitherShownNorRemoved()
    {
        string remains = _fixture.Store.NewTemporaryFile();
        File.WriteAllText(remains, "half");

        Assert.Empty(StoreReader.Read(_fixture.Folder).Items);
        Assert.True(File.Exists(remains));
    }

    [Fact]
    public void Maps_LinesOfAProcess_GiveThePathsOfTheFolder()
    {
        string[] lines =
        [
            "7f2c1a000000-7f2c2a000000 r--s 00000000 08:01 1234567    /data/store/blobs/sha256/ab/ab12",
            "7f2c3a000000-7f2c4a000000 r-xp 00000000 08:01 99         /usr/lib/libc.so.6",
            "7ffd00000000-7ffd00021000 rw-p 00000000 00:00 0          [stack]",
            "7f2c3a000000-7f2c4a000000 r--s 00000000 08:01 99         /data/store-2/blobs/x",
        ];

        Assert.Equal(["/data/store/blobs/sha256/ab/ab12"], MappedFiles.Read(lines, "/data/store/"));
    }
}
