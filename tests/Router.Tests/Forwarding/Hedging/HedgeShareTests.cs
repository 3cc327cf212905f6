using LlmOperator.Router.Forwarding.Hedging;

namespace LlmOperator.Router.Tests.Forwarding.Hedging;

/// <summary>Second attempts stay within their share.</summary>
public sealed class HedgeShareTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(50)]
    public void TryTake_AllAreLate_OnlyTheShareGetsASecondAttempt(int percent)
    {
        HedgeShare share = new();
        int taken = 0;
        for (int i = 0; i < 10_000; i++)
        {
            share.Count(percent);
            taken += share.TryTake() ? 1 : 0;
        }

        Assert.Equal(percent * 100, taken);
    }

    [Fact]
    public void TryTake_AfterAQuietTime_IsBounded()
    {
        HedgeShare share = new();
        for (int i = 0; i < 10_000; i++)
        {
            share.Count(50);
        }

        int taken = 0;
        while (share.TryTake())
        {
            taken++;
        }

        Assert.Equal(10, taken);
    }
}
