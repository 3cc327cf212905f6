using LlmOperator.Api.V1Alpha1;
using LlmOperator.NodeAgent.Pulling;
using LlmOperator.NodeAgent.Replicas;

namespace LlmOperator.NodeAgent.Tests.Replicas;

/// <summary>What is news is written at once; how far a pull is, seldom.</summary>
public sealed class PublishRuleTests
{
    [Theory]
    [InlineData(10, 90, 1, false)]
    [InlineData(10, 15, 2, true)]
    [InlineData(15, 10, 2, true)]
    [InlineData(10, 14, 9, false)]
    [InlineData(10, 14, 10, true)]
    [InlineData(10, 10, 10, true)]
    public void IsDue_OnlyProgress_WaitsForTimeAndPercent(int before, int now, int seconds, bool isDue) =>
        Assert.Equal(
            isDue,
            PublishRule.IsDue(Pulling(before, 0), Pulling(now, 1), TimeSpan.FromSeconds(seconds))
        );

    [Fact]
    public void IsDue_AnythingElse_AtOnce()
    {
        ReplicaState state = Pulling(10, 0);

        Assert.True(PublishRule.IsDue(null, state, TimeSpan.Zero));
        Assert.True(PublishRule.IsDue(state, state with { IsStored = true }, TimeSpan.Zero));
        Assert.True(PublishRule.IsDue(state, state with { Residency = Residency.Loading }, TimeSpan.Zero));
        Assert.True(
            PublishRule.IsDue(
                state,
                state with
                {
                    Pull = state.Pull! with { State = PullState.Failed },
                },
                TimeSpan.Zero
            )
        );
    }

    [Fact]
    public void IsDue_NothingNew_Never() =>
        Assert.False(PublishRule.IsDue(Pulling(10, 0), Pulling(10, 0), TimeSpan.FromHours(1)));

    private static ReplicaState Pulling(int percent, int more) =>
        new()
        {
            Generation = 1,
            Pull = new PullProgress
            {
                State = PullState.Pulling,
                TotalBytes = 100_000,
                CompletedBytes = (percent * 1000) + more,
            },
        };
}
