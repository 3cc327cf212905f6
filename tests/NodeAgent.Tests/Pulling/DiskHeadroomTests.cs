using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Pulling;
using LlmOperator.NodeAgent.Store;
using LlmOperator.NodeAgent.Tests.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace LlmOperator.NodeAgent.Tests.Pulling;

public sealed class DiskHeadroomTests : IDisposable, IDiskSpace
{
    private const long Disk = 1000;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("room-");
    private readonly ModelStore _store;
    private readonly DiskHeadroom _headroom;
    private long _used;

    public DiskHeadroomTests()
    {
        _store = ModelStore.Open(_folder.FullName, TimeProvider.System);
        StoreCollector collector = new(_store, NullLogger<StoreCollector>.Instance);
        _headroom = new DiskHeadroom(_store, collector, this, new PullOptions { DiskReserveBytes = 0 });
    }

    [Fact]
    public void Reserve_BytesOfAnotherPullAreWritten_CountsThemOnce()
    {
        using IDisposable first = Reserve("first", 600);
        Write("first", 500);

        using IDisposable second = Reserve("second", 400);

        InsufficientDiskException error = Assert.Throws<InsufficientDiskException>(() => Reserve("third", 7));
        Assert.Equal(7, error.MissingBytes);
    }

    [Fact]
    public void Reserve_AnotherPullHasNotBegun_LeavesItsRoom()
    {
        using (Reserve("first", 600))
        {
            InsufficientDiskException error = Assert.Throws<InsufficientDiskException>(() =>
                Reserve("second", 500)
            );
            Assert.Equal(100, error.MissingBytes);
        }

        Reserve("second", 500).Dispose();
    }

    [Fact]
    public void Room_PinnedUnneededAndUnfinishedFiles_OnlyThePinnedOnesAndTheReserveTakeRoom()
    {
        using StoreFixture fixture = new();
        _ = fixture.Add(1, 300, "replica:llm/demo");
        _ = fixture.Add(2, 200);
        fixture.AddPartial("somewhere", 100);
        DiskHeadroom headroom = new(
            fixture.Store,
            fixture.Collector,
            fixture,
            new PullOptions { DiskReserveBytes = 50 }
        );

        Assert.Equal(fixture.DiskBytes - 300 - 50, headroom.Room());

        fixture.OtherBytes = 1000;
        Assert.Equal(0, headroom.Room());
    }

    public void Dispose()
    {
        _store.Dispose();
        _folder.Delete(recursive: true);
    }

    DiskRoom IDiskSpace.Measure(string folder) => new(Disk, Disk - _used);

    private IDisposable Reserve(string name, long bytes) =>
        _headroom.Reserve(
            name,
            [
                new ResolvedFile
                {
                    Role = ResolvedFileRole.Weights,
                    Url = new Uri("https://models.example.com/" + name),
                    SizeBytes = bytes,
                },
            ],
            _ => StoreLayout.KeyOf(name)
        );

    // Pinned, as a pull pins what it fetches.
    private void Write(string name, int bytes)
    {
        ModelDigest key = StoreLayout.KeyOf(name);
        _store.Pins.Set(name, [key]);
        string partial = Directory.CreateDirectory(_store.Layout.PartialOf(key)).FullName;
        File.WriteAllBytes(Path.Combine(partial, "data"), new byte[bytes]);
        _used += bytes;
    }
}
