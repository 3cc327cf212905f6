using LlmOperator.NodeAgent.Pulling;

namespace LlmOperator.NodeAgent.Tests.Pulling;

public sealed class UnitSchedulerTests
{
    private const int Unit = 1000;
    private static readonly UnitLayout s_layout = new(20 * Unit - 1, Unit);
    private readonly HashSet<int> _done = [];
    private readonly UnitScheduler _scheduler;

    public UnitSchedulerTests()
    {
        _scheduler = new UnitScheduler(s_layout, _done.Contains, new PullOptions(), new Random(1));
    }

    [Fact]
    public void Take_ManyConnections_GiveEachUnitOnceAndInOrder()
    {
        ScriptedUnitSource source = new() { Connections = 8 };

        int[] firsts = [.. Enumerable.Range(0, 8).Select(_ => Take(source)!.First)];

        Assert.Equal(Enumerable.Range(0, 8), firsts);
    }

    [Fact]
    public void Take_UnitsThatTheSourceHasNot_AreLeftToOthers()
    {
        ScriptedUnitSource some = new() { HasUnit = unit => unit >= 5 };

        Assert.Equal(5, Take(some)!.First);
        Assert.Equal(0, Take(new ScriptedUnitSource())!.First);
    }

    [Fact]
    public void Take_FirstUnitOfAPeer_IsARandomOneThenInOrder()
    {
        ScriptedUnitSource peer = new() { Kind = UnitSourceKind.Peer, Connections = 4 };

        int first = Take(peer)!.First;

        Assert.NotEqual(0, first);
        Assert.Equal([0, 1], [Take(peer)!.First, Take(peer)!.First]);
    }

    [Fact]
    public void Take_SequentialSource_GetsEverythingThatIsMissing()
    {
        _done.UnionWith([0, 1]);

        UnitLease lease = Take(new ScriptedUnitSource { IsSequential = true })!;

        Assert.Equal((2, 20), (lease.First, lease.End));
    }

    [Fact]
    public void Take_LongWaitForTheFirstByte_AsksForMoreUnitsWithOneRequest()
    {
        ScriptedUnitSource source = new() { Connections = 1 };
        UnitLease first = Take(source)!;
        _scheduler.Opened(first, At(0.5));
        Fetch(first, At(1));
        _scheduler.Free(first, At(1));

        UnitLease second = Take(source, At(1))!;

        Assert.Equal(8, second.End - second.First);
    }

    [Fact]
    public void Take_NothingLeft_TakesHalfOfWhatTheSlowestHasNotBegun()
    {
        ScriptedUnitSource slow = new() { IsSequential = false, Connections = 1 };
        UnitLease victim = All(slow);
        Assert.True(_scheduler.TryBegin(victim, out _, out _));
        _scheduler.Progress(victim, 10, At(1));
        int end = victim.End;

        UnitLease thief = Take(new ScriptedUnitSource(), At(2))!;

        Assert.Equal((victim.End, end), (thief.First, thief.End));
        Assert.InRange(thief.End - thief.First, 3, 4);
    }

    [Fact]
    public void Take_EverythingBegunOrFastEnough_GivesNothing()
    {
        _done.UnionWith(Enumerable.Range(0, 19));
        UnitLease last = Take(new ScriptedUnitSource())!;
        Assert.True(_scheduler.TryBegin(last, out _, out _));

        Assert.Null(Take(new ScriptedUnitSource(), At(60)));
    }

    [Fact]
    public void TryBegin_UnitThatAnotherConnectionFetches_IsNotWanted()
    {
        ScriptedUnitSource sequential = new() { IsSequential = true };
        UnitLease other = Take(new ScriptedUnitSource())!;
        UnitLease lease = Take(sequential)!;
        _scheduler.Opened(lease, At(0));
        _done.Add(3);

        List<(int, bool)> steps = [];
        while (_scheduler.TryBegin(lease, out int unit, out bool isWanted) && unit < 5)
        {
            steps.Add((unit, isWanted));
        }

        Assert.Equal(0, other.First);
        Assert.Equal([(1, true), (2, true), (3, false), (4, true)], steps);
    }

    [Fact]
    public void Laggards_NoByteForTenSeconds_IsStalled()
    {
        UnitLease lease = Take(new ScriptedUnitSource())!;
        _scheduler.Progress(lease, 10, At(1));

        Assert.Empty(_scheduler.Laggards(At(10.9)));
        Assert.Equal([(lease, LagReason.Stalled)], _scheduler.Laggards(At(11)));
    }

    [Fact]
    public void Laggards_FarBelowTheMedian_GoesToAnotherSource()
    {
        ScriptedUnitSource slow = new() { Name = "slow" };
        ScriptedUnitSource fast = new() { Connections = 3 };
        UnitLease laggard = Take(slow)!;
        UnitLease[] others = [Take(fast)!, Take(fast)!, Take(fast)!];
        _scheduler.Progress(laggard, 10, At(5));
        Assert.All(others, lease => _scheduler.Progress(lease, 500, At(5)));

        Assert.Equal([(laggard, LagReason.Slow)], _scheduler.Laggards(At(5)));

        _scheduler.Free(laggard, At(5));
        Assert.Equal(4, Take(slow, At(5), isAlone: false)!.First);
        Assert.Equal(0, Take(fast, At(5), isAlone: false)!.First);
    }

    [Fact]
    public void Take_UnitThatOnlyTheSlowSourceHas_GoesToItAgain()
    {
        ScriptedUnitSource slow = new();
        ScriptedUnitSource fast = new() { Connections = 3 };
        UnitLease laggard = Take(slow)!;
        UnitLease[] others = [Take(fast)!, Take(fast)!, Take(fast)!];
        Assert.All(others, lease => _scheduler.Progress(lease, 500, At(5)));
        _scheduler.Progress(laggard, 10, At(5));
        Assert.Equal([(laggard, LagReason.Slow)], _scheduler.Laggards(At(5)));
        _scheduler.Free(laggard, At(5));

        Assert.Equal(0, _scheduler.Take(slow, unit => unit > 0, At(5))!.First);
    }

    [Fact]
    public void Laggards_PeerBelowTheMedianAsEver_IsKept()
    {
        ScriptedUnitSource peer = new() { Kind = UnitSourceKind.Peer, Connections = 2 };
        ScriptedUnitSource fast = new() { Connections = 3 };
        UnitLease before = Take(peer)!;
        _scheduler.Opened(before, At(0));
        _scheduler.Progress(before, 50, At(5));
        _scheduler.Free(before, At(5));
        UnitLease now = Take(peer, At(5))!;
        UnitLease[] others = [Take(fast, At(5))!, Take(fast, At(5))!, Take(fast, At(5))!];
        Assert.All(others, lease => _scheduler.Progress(lease, 500_000, At(10)));
        _scheduler.Progress(now, 45, At(10));

        Assert.Empty(_scheduler.Laggards(At(10)));
    }

    [Fact]
    public void Laggards_PeerFarBelowWhatItGaveLately_GoesToAnotherSource()
    {
        ScriptedUnitSource peer = new() { Kind = UnitSourceKind.Peer, Connections = 2 };
        UnitLease before = Take(peer)!;
        _scheduler.Opened(before, At(0));
        _scheduler.Progress(before, 500, At(1));
        _scheduler.Free(before, At(1));
        UnitLease now = Take(peer, At(1))!;
        _scheduler.Progress(now, 20, At(6));

        Assert.Equal([(now, LagReason.Slow)], _scheduler.Laggards(At(6)));
    }

    [Fact]
    public void Laggards_LastUnitOfAPeerThatOthersBringSooner_GoesToAnotherSource()
    {
        ScriptedUnitSource fast = new() { Connections = 3 };
        ScriptedUnitSource peer = new() { Kind = UnitSourceKind.Peer };
        Fetch(Take(fast)!, At(1));
        _done.UnionWith(Enumerable.Range(0, 18));
        UnitLease other = Take(fast)!;
        UnitLease last = Take(peer)!;
        _scheduler.Progress(other, 2_500, At(5));
        _scheduler.Progress(last, 10, At(5));

        Assert.Equal([(last, LagReason.Slow)], _scheduler.Laggards(At(5)));
    }

    [Fact]
    public void Laggards_SlowEachTime_IsHandedOverThreeTimesAtMost()
    {
        ScriptedUnitSource fast = new() { Connections = 3 };
        UnitLease[] others = [Take(fast)!, Take(fast)!, Take(fast)!];
        Assert.All(others, lease => _scheduler.Progress(lease, 500, At(5)));
        int handovers = 0;
        for (int second = 5; second < 60; second += 5)
        {
            UnitLease slow = _scheduler.Take(fast, _ => false, At(second))!;
            Assert.Equal(3, slow.First);
            Assert.All(others, lease => _scheduler.Progress(lease, 500_000, At(second + 5)));
            _scheduler.Progress(slow, 1, At(second + 5));
            handovers += _scheduler.Laggards(At(second + 5)).Count;
            _scheduler.Free(slow, At(second + 5));
        }

        Assert.Equal(3, handovers);
    }

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);

    private UnitLease? Take(ScriptedUnitSource source, TimeSpan now = default, bool isAlone = true) =>
        _scheduler.Take(source, _ => !isAlone, now);

    private void Fetch(UnitLease lease, TimeSpan now)
    {
        while (_scheduler.TryBegin(lease, out int unit, out _))
        {
            _scheduler.Progress(lease, s_layout.LengthOf(unit), now);
            _done.Add(unit);
        }
    }

    // A lease of eight units, with all others done.
    private UnitLease All(ScriptedUnitSource source)
    {
        UnitLease first = Take(source)!;
        _scheduler.Opened(first, At(0.5));
        Fetch(first, At(1));
        _scheduler.Free(first, At(1));
        _done.UnionWith(Enumerable.Range(0, 4));
        UnitLease lease = Take(source, At(1))!;
        _done.UnionWith(Enumerable.Range(lease.End, 20 - lease.End));
        _done.ExceptWith(Enumerable.Range(lease.First, lease.End - lease.First));
        return lease;
    }
}
