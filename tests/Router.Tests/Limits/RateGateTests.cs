using LlmOperator.Api.V1Alpha1;
using LlmOperator.Router.Limits;

namespace LlmOperator.Router.Tests.Limits;

public sealed class RateGateTests : IDisposable
{
    private readonly LimitWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Enter_MoreRequestsThanAMinuteAllows_WaitsForOne()
    {
        RateGate gate = _world.Gate(new RequestLimits { RequestsPerMinute = 3 });
        for (int i = 0; i < 3; i++)
        {
            Assert.Null(await EnterAsync(gate));
        }

        Assert.Equal(TimeSpan.FromSeconds(20), (await EnterAsync(gate))!.RetryAfter);
        _world.Time.Advance(TimeSpan.FromSeconds(20));
        Assert.Null(await EnterAsync(gate));
        Assert.NotNull(await EnterAsync(gate));
    }

    [Fact]
    public async Task Leave_MoreTokensThanEstimated_ArePaidForByTheNext()
    {
        RateGate gate = _world.Gate(new RequestLimits { TokensPerMinute = 600 });
        Assert.Null(await EnterAsync(gate, 100));
        gate.Leave(100, used: 700);

        // 600 - 700 are -100: a request of 50 waits for 150 at 10 a second.
        Assert.Equal(TimeSpan.FromSeconds(15), (await EnterAsync(gate, 50))!.RetryAfter);
        _world.Time.Advance(TimeSpan.FromSeconds(15));
        Assert.Null(await EnterAsync(gate, 50));
    }

    [Fact]
    public async Task Enter_RequestLargerThanAMinute_EntersWhenAllIsThere()
    {
        RateGate gate = _world.Gate(new RequestLimits { TokensPerMinute = 600 });

        Assert.Null(await EnterAsync(gate, 6_000));
        Assert.NotNull(await EnterAsync(gate));
    }

    [Fact]
    public async Task Enter_AtTheSameTime_IsBoundedAndFreedByLeaving()
    {
        RateGate gate = _world.Gate(new RequestLimits { ConcurrentRequests = 2 });
        Assert.Null(await EnterAsync(gate));
        Assert.Null(await EnterAsync(gate));
        Assert.NotNull(await EnterAsync(gate));

        gate.Leave(1, 1);

        Assert.Null(await EnterAsync(gate));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(100)]
    [InlineData(1_000)]
    public async Task Enter_AQuietMinuteBefore_AllOfALimitComesAtOnceThroughAnyRouter(int limit)
    {
        RequestLimits limits = new() { RequestsPerMinute = limit };
        RateGate[] routers = [_world.Gate(limits), _world.Gate(limits), _world.Gate(limits)];
        await EnterAsync(routers[1]);

        // What the others hold unused comes back after some seconds.
        await TidyAfterAsync(TimeSpan.FromSeconds(70), routers);
        int entered = 0;
        while (await EnterAsync(routers[0]) is null)
        {
            entered++;
        }

        Assert.Equal(limit, entered);
        Assert.NotNull(await EnterAsync(routers[2]));
    }

    [Fact]
    public async Task Enter_BusyRouter_AsksTheServerAFewTimesAMinute()
    {
        RateGate gate = _world.Gate(new RequestLimits { RequestsPerMinute = 6_000 });

        for (int i = 0; i < 6_000; i++)
        {
            Assert.Null(await EnterAsync(gate));
        }

        Assert.InRange(_world.Server.History.Count, 1, 15);
    }

    [Fact]
    public async Task Tidy_PartNotUsed_GoesBackToTheOthers()
    {
        RequestLimits limits = new() { RequestsPerMinute = 600 };
        RateGate one = _world.Gate(limits);
        RateGate two = _world.Gate(limits);
        for (int i = 0; i < 500; i++)
        {
            await EnterAsync(two);
        }

        await EnterAsync(one);
        DateTimeOffset before = _world.PaidUntil();

        await TidyAfterAsync(TimeSpan.FromSeconds(7), one);

        // Ten were taken, one was used, and each is a tenth of a second.
        double back = (before - _world.PaidUntil()).TotalSeconds;
        Assert.Equal(0.9, back, tolerance: 0.001);
    }

    [Fact]
    public async Task Enter_ServerGone_EachRouterGoesOnWithItsShare()
    {
        RequestLimits limits = new() { RequestsPerMinute = 60 };
        RateGate one = _world.Gate(limits);
        RateGate two = _world.Gate(limits);
        await EnterAsync(one);
        await EnterAsync(two);
        await EnterAsync(one);
        _world.IsCut = true;
        _world.Time.Advance(TimeSpan.FromMinutes(2));

        int entered = 0;
        while (await EnterAsync(one) is null)
        {
            entered++;
        }

        Assert.InRange(entered, 1, 31);

        // Back again, what it took alone counts for all.
        _world.IsCut = false;
        _world.Time.Advance(TimeSpan.FromSeconds(6));
        await EnterAsync(one);
        Assert.True(_world.PaidUntil() > _world.Time.GetUtcNow() + TimeSpan.FromSeconds(20));
    }

    private static ValueTask<RateRefusal?> EnterAsync(RateGate gate, int tokens = 1) =>
        gate.EnterAsync(tokens, TestContext.Current.CancellationToken);

    private async Task TidyAfterAsync(TimeSpan time, params RateGate[] gates)
    {
        _world.Time.Advance(time);
        foreach (RateGate gate in gates)
        {
            await gate.TidyAsync(isLeaving: false);
        }
    }
}
