using LlmOperator.Operator.Fleet;
using Microsoft.Extensions.Time.Testing;

namespace LlmOperator.Operator.Tests.Fleet;

public sealed class FleetPaceTests
{
    [Fact]
    public void Remaining_PlanTookLong_PausesInProportion()
    {
        FakeTimeProvider time = new();
        FleetPace pace = new(time);
        Assert.Equal(TimeSpan.Zero, pace.Remaining);

        pace.Planned(TimeSpan.FromMilliseconds(20));
        Assert.Equal(TimeSpan.FromMilliseconds(80), pace.Remaining);

        time.Advance(TimeSpan.FromMilliseconds(80));
        Assert.Equal(TimeSpan.Zero, pace.Remaining);
    }

    [Fact]
    public void Remaining_PlanTookVeryLong_PauseIsBounded()
    {
        FleetPace pace = new(new FakeTimeProvider());

        pace.Planned(TimeSpan.FromMinutes(1));

        Assert.Equal(FleetPace.Longest, pace.Remaining);
    }
}
