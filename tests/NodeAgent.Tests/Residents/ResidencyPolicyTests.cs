using LlmOperator.NodeAgent.Residents;

namespace LlmOperator.NodeAgent.Tests.Residents;

public sealed class ResidencyPolicyTests
{
    private static readonly Dictionary<string, long> s_room = new() { ["GPU"] = 24 };

    private static Resident Idle(string name, long bytes, int idleSeconds, int reloadSeconds = 10) =>
        new(
            name,
            new Dictionary<string, long> { ["GPU"] = bytes },
            TimeSpan.FromSeconds(idleSeconds),
            TimeSpan.FromSeconds(reloadSeconds),
            IsLeaving: false
        );

    private static IEnumerable<string>? Leavers(long needs, bool mayInterrupt, params Resident[] residents) =>
        ResidencyPolicy
            .Leavers(new Dictionary<string, long> { ["GPU"] = needs }, s_room, residents, mayInterrupt)
            ?.Select(r => r.Name);

    [Fact]
    public void Leavers_Room_NobodyLeaves() => Assert.Empty(Leavers(8, false, Idle("a", 16, 100))!);

    [Fact]
    public void Leavers_EqualCost_TheLongestIdleLeaves() =>
        Assert.Equal(["b"], Leavers(8, false, Idle("a", 12, 50), Idle("b", 12, 60)));

    [Fact]
    public void Leavers_CheapToReload_GoesBeforeOneThatWasIdleALittleLonger() =>
        Assert.Equal(["a"], Leavers(8, false, Idle("a", 12, 50, 5), Idle("b", 12, 60, 50)));

    [Fact]
    public void Leavers_InUse_StaysUntilInterruptionIsAllowed()
    {
        Assert.Null(Leavers(16, false, Idle("a", 20, 0)));
        Assert.Equal(["a"], Leavers(16, true, Idle("a", 20, 0)));
    }

    [Fact]
    public void Leavers_OneLargeIsEnough_SmallOnesStay() =>
        Assert.Equal(["large"], Leavers(16, false, Idle("small", 4, 100), Idle("large", 20, 50)));

    [Fact]
    public void Leavers_SomebodyIsLeavingAlready_NobodyElseIsAsked() =>
        Assert.Empty(Leavers(10, false, Idle("a", 12, 50) with { IsLeaving = true }, Idle("b", 12, 60))!);
}
