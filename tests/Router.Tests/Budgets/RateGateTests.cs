using LlmOperator.Api.V1Alpha1;
using LlmOperator.Router.Budgets;

namespace LlmOperator.Router.Tests.Budgets;

public sealed class RateGateTests
{
    private readonly StepTime _time = new();

    [Fact]
    public void TryEnter_MoreRequestsThanAMinuteAllows_WaitsForOne()
    {
        RateGate gate = new("k", new RequestLimits { RequestsPerMinute = 3 }, _time);
        for (int i = 0; i < 3; i++)
        {
            Assert.Null(gate.TryEnter(1));
        }

        Assert.Equal(TimeSpan.FromSeconds(20), gate.TryEnter(1)!.RetryAfter);
        _time.Advance(TimeSpan.FromSeconds(20));
        Assert.Null(gate.TryEnter(1));
        Assert.NotNull(gate.TryEnter(1));
    }

    [Fact]
    public void Leave_MoreTokensThanEstimated_ArePaidForByTheNext()
    {
        RateGate gate = new("k", new RequestLimits { TokensPerMinute = 600 }, _time);
        Assert.Null(gate.TryEnter(100));
        gate.Leave(100, used: 700);

        // 600 - 700 are -100: a request of 50 waits for 150 at 10 a second.
        Assert.Equal(TimeSpan.FromSeconds(15), gate.TryEnter(50)!.RetryAfter);
        _time.Advance(TimeSpan.FromSeconds(15));
        Assert.Null(gate.TryEnter(50));
    }

    [Fact]
    public void TryEnter_RequestLargerThanAMinute_EntersWhenAllIsThere()
    {
        RateGate gate = new("k", new RequestLimits { TokensPerMinute = 600 }, _time);

        Assert.Null(gate.TryEnter(6_000));
        Assert.NotNull(gate.TryEnter(1));
    }

    [Fact]
    public void TryEnter_AtTheSameTime_IsBoundedAndFreedByLeaving()
    {
        RateGate gate = new("k", new RequestLimits { ConcurrentRequests = 2 }, _time);
        Assert.Null(gate.TryEnter(1));
        Assert.Null(gate.TryEnter(1));
        Assert.NotNull(gate.TryEnter(1));

        gate.Leave(1, 1);

        Assert.Null(gate.TryEnter(1));
    }
}
