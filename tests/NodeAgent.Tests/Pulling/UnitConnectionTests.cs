using LlmOperator.NodeAgent.Pulling;

namespace LlmOperator.NodeAgent.Tests.Pulling;

/// <summary>What one connection asks for.</summary>
public sealed class UnitConnectionTests : IDisposable
{
    private const int Unit = 1000;
    private readonly byte[] _content = new byte[3 * Unit];
    private readonly UnitLayout _layout;
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("connection-");
    private readonly List<UnitSpan> _asked = [];
    private readonly ScriptedUnitSource _source;

    public UnitConnectionTests()
    {
        new Random(1).NextBytes(_content);
        _layout = new UnitLayout(_content.Length, Unit);
        _source = new ScriptedUnitSource
        {
            Open = span =>
            {
                _asked.Add(span);
                return new MemoryStream(_content, (int)span.Offset, (int)span.Length);
            },
        };
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RunAsync_LastOneWasCutInsideOfAUnit_AsksForTheRest()
    {
        using PartialFile partial = await OpenAsync(written: 400);

        await RunAsync(partial, spanUnits: 1);

        Assert.True(partial.Has(0));
        Assert.Equal([(400L, 600L)], _asked.Select(span => (span.Offset, span.Length)));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    public async Task RunAsync_LastOneWasCutAtTheEndOfAUnit_FinishesItAndAsksForWhatFollows(
        int spanUnits,
        int requests
    )
    {
        using PartialFile partial = await OpenAsync(written: Unit);

        await RunAsync(partial, spanUnits);

        Assert.Equal([.. Enumerable.Range(0, spanUnits)], Finished(partial));
        Assert.Equal(requests, _asked.Count);
        Assert.All(_asked, span => Assert.Equal((Unit, Unit), (span.Offset, span.Length)));
    }

    [Fact]
    public async Task RunAsync_OthersTookAllOfItBefore_AsksForNothing()
    {
        using PartialFile partial = await OpenAsync(written: 0);
        UnitScheduler scheduler = Scheduler(partial, spanUnits: 1);
        UnitLease lease = scheduler.Take(_source, othersHave: _ => false, TimeSpan.Zero)!;
        UnitLease rest = scheduler.Take(_source, othersHave: _ => false, TimeSpan.Zero)!;
        UnitLease last = scheduler.Take(_source, othersHave: _ => false, TimeSpan.Zero)!;
        Assert.Equal((0, 1, 2), (lease.First, rest.First, last.First));
        UnitLease thief = scheduler.Take(
            new ScriptedUnitSource(),
            othersHave: _ => false,
            TimeSpan.FromMinutes(1)
        )!;
        UnitLease robbed = new[] { lease, rest, last }.Single(one => one.First == thief.First);

        await RunAsync(partial, scheduler, robbed);

        Assert.Empty(_asked);
        Assert.Empty(Finished(partial));
    }

    public void Dispose() => _root.Delete(recursive: true);

    private static int[] Finished(PartialFile partial) =>
        [.. Enumerable.Range(0, partial.Layout.Count).Where(partial.Has)];

    private static UnitScheduler Scheduler(PartialFile partial, int spanUnits) =>
        new(partial.Layout, partial.Has, new PullOptions { SpanUnits = spanUnits }, new Random(1));

    private static Task RunAsync(PartialFile partial, UnitScheduler scheduler, UnitLease lease) =>
        new UnitConnection(
            lease,
            scheduler,
            partial,
            new PullTracker("test", TimeProvider.System),
            new ByteBudget(0, TimeProvider.System),
            () => TimeSpan.Zero
        ).RunAsync(() => { }, Token);

    private async Task<PartialFile> OpenAsync(int written)
    {
        PartialFile partial = await PartialFile.OpenAsync(Path.Combine(_root.FullName, "p"), _layout, Token);
        if (written > 0)
        {
            partial.WriterOf(0, _source, skip: 0, out _).Write(_content.AsSpan(0, written));
        }

        return partial;
    }

    private Task RunAsync(PartialFile partial, int spanUnits)
    {
        UnitScheduler scheduler = Scheduler(partial, spanUnits);
        UnitLease lease = scheduler.Take(_source, othersHave: _ => false, TimeSpan.Zero)!;
        // The scheduler gives small files out unit by unit at first.
        lease.End = spanUnits;
        return RunAsync(partial, scheduler, lease);
    }
}
