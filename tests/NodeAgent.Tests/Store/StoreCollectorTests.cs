using System.IO.MemoryMappedFiles;
using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Store;

namespace LlmOperator.NodeAgent.Tests.Store;

public sealed class StoreCollectorTests : IDisposable
{
    private readonly StoreFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void Prune_SeveralUnpinned_TakesTheLongestUnusedFirst()
    {
        ModelDigest oldest = _fixture.Add(1, 100);
        ModelDigest middle = _fixture.Add(2, 100);
        ModelDigest newest = _fixture.Add(3, 100);
        _fixture.Time.Advance(TimeSpan.FromMinutes(1));
        _fixture.Store.Touch(oldest);

        long freed = _fixture.Collector.DeleteUnpinned(150);

        Assert.Equal(200, freed);
        Assert.NotNull(_fixture.Store.Find(oldest));
        Assert.Null(_fixture.Store.Find(middle));
        Assert.Null(_fixture.Store.Find(newest));
        Assert.False(File.Exists(_fixture.Store.Layout.Blob(middle)));
    }

    [Fact]
    public void Prune_UnfinishedDownload_GoesBeforeBlobs()
    {
        ModelDigest blob = _fixture.Add(1, 100);
        ModelDigest partial = _fixture.AddPartial("somewhere", 100);

        Assert.Equal(100, _fixture.Collector.DeleteUnpinned(50));

        Assert.NotNull(_fixture.Store.Find(blob));
        Assert.False(Directory.Exists(_fixture.Store.Layout.PartialOf(partial)));
    }

    [Fact]
    public void Prune_Pinned_Stays()
    {
        ModelDigest pinned = _fixture.Add(1, 100, "replica:llm/demo");

        Assert.Equal(0, _fixture.Collector.DeleteUnpinned(long.MaxValue));
        Assert.NotNull(_fixture.Store.Find(pinned));
        _fixture.Store.Pins.Remove("replica:llm/demo");
        Assert.Equal(100, _fixture.Collector.DeleteUnpinned(long.MaxValue));
    }

    [Fact]
    public void Prune_BeingServed_StaysUntilItIsClosed()
    {
        ModelDigest served = _fixture.Add(1, 100);
        using (Stream? stream = _fixture.Store.OpenRead(served))
        {
            Assert.NotNull(stream);
            Assert.Equal(0, _fixture.Collector.DeleteUnpinned(long.MaxValue));
            Assert.Equal(StoreFixture.Content(1, 100), ReadAll(stream));
        }

        Assert.Equal(100, _fixture.Collector.DeleteUnpinned(long.MaxValue));
    }

    [Fact]
    public void Prune_MappedByAProcess_Stays()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Mappings are read from /proc.");
        ModelDigest mapped = _fixture.Add(1, 8192);
        using (
            MemoryMappedFile file = MemoryMappedFile.CreateFromFile(
                new FileStream(_fixture.Store.PathOf(mapped), FileMode.Open, FileAccess.Read, FileShare.Read),
                null,
                0,
                MemoryMappedFileAccess.Read,
                HandleInheritability.None,
                leaveOpen: false
            )
        )
        using (MemoryMappedViewAccessor view = file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read))
        {
            Assert.Equal(1, view.ReadByte(100));
            Assert.True(Assert.Single(_fixture.Store.Contents().Items).IsInUse);
            Assert.Equal(0, _fixture.Collector.DeleteUnpinned(long.MaxValue));
        }

        Assert.Equal(8192, _fixture.Collector.DeleteUnpinned(long.MaxValue));
    }

    [Fact]
    public void Prune_Trial_DeletesNothing()
    {
        ModelDigest blob = _fixture.Add(1, 100);

        StoreItem item = Assert.Single(_fixture.Collector.Prune(long.MaxValue, isTrial: true));

        Assert.Equal(blob, item.Digest);
        Assert.NotNull(_fixture.Store.Find(blob));
    }

    [Fact]
    public void Touch_EachFileOfAModel_IsUsed()
    {
        ModelDigest first = _fixture.Add(1, 100);
        ModelDigest second = _fixture.Add(2, 100);
        ModelDigest other = _fixture.Add(3, 100);
        _fixture.Time.Advance(TimeSpan.FromMinutes(1));

        _fixture.Store.Touch(new StoredModelFiles { Name = "split", Files = [Part(first), Part(second)] });

        Assert.Equal(other, Assert.Single(_fixture.Collector.Prune(1, isTrial: true)).Digest);
    }

    private static StoredFile Part(ModelDigest digest) =>
        new()
        {
            Role = ResolvedFileRole.Weights,
            Digest = digest,
            SizeBytes = 100,
        };

    private static byte[] ReadAll(Stream stream)
    {
        using MemoryStream copy = new();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
