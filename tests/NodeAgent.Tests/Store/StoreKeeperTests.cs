using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Store;
using LlmOperator.Testing.Logging;
using Microsoft.Extensions.Logging;

namespace LlmOperator.NodeAgent.Tests.Store;

public sealed class StoreKeeperTests : IDisposable
{
    private readonly StoreFixture _fixture = new();
    private readonly RecordingLoggerFactory _loggers = new();

    public void Dispose()
    {
        _fixture.Dispose();
        _loggers.Dispose();
    }

    [Fact]
    public void Tidy_BelowTheFirstWatermark_DeletesNothing()
    {
        _fixture.Add(1, 400);
        _fixture.Add(2, 400);

        Assert.Equal(0, Keeper().Tidy());
        Assert.Equal(800, _fixture.Store.SizeBytes);
    }

    [Fact]
    public void Tidy_AboveTheFirstWatermark_FreesDownToTheSecond()
    {
        ModelDigest oldest = _fixture.Add(1, 100);
        ModelDigest pinned = _fixture.Add(2, 300, "replica:llm/demo");
        ModelDigest newer = _fixture.Add(3, 100);
        ModelDigest newest = _fixture.Add(4, 310);

        Assert.Equal(200, Keeper().Tidy());

        Assert.Null(_fixture.Store.Find(oldest));
        Assert.Null(_fixture.Store.Find(newer));
        Assert.NotNull(_fixture.Store.Find(pinned));
        Assert.NotNull(_fixture.Store.Find(newest));
        Assert.Equal(0, Keeper().Tidy());
    }

    [Fact]
    public void Tidy_OthersFillTheDisk_KeepsWhatIsNeededAndSaysSoOnce()
    {
        ModelDigest pinned = _fixture.Add(1, 100, "replica:llm/demo");
        _fixture.OtherBytes = 850;
        StoreKeeper keeper = Keeper();

        Assert.Equal(0, keeper.Tidy());
        Assert.Equal(0, keeper.Tidy());

        Assert.NotNull(_fixture.Store.Find(pinned));
        LogEntry said = Assert.Single(_loggers.Entries, entry => entry.Level == LogLevel.Warning);
        Assert.Contains("free 250 bytes by hand", said.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1000, 800, 0)]
    [InlineData(1000, 801, 101)]
    [InlineData(1000, 1000, 300)]
    [InlineData(long.MaxValue, long.MaxValue, long.MaxValue - 6456360425798343064)]
    public void BytesToFree_UsedBytes_GivesTheDistanceToTheSecond(long total, long used, long expected) =>
        Assert.Equal(expected, new StoreWatermarks().BytesToFree(new DiskRoom(total, total - used)));

    private StoreKeeper Keeper() =>
        new(
            _fixture.Store,
            _fixture.Collector,
            _fixture,
            new StoreWatermarks(),
            _fixture.Time,
            _loggers.CreateLogger<StoreKeeper>()
        );
}
