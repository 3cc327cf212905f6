using LlmOperator.Kubernetes.Models;
using LlmOperator.Operator.LlmNodes;
using Microsoft.Extensions.Time.Testing;

namespace LlmOperator.Operator.Tests.LlmNodes;

public sealed class HeartbeatWatchTests
{
    private readonly FakeTimeProvider _time = new();

    private static Lease Lease(int beat) =>
        new()
        {
            Spec = new LeaseSpec
            {
                HolderIdentity = "agent",
                LeaseDurationSeconds = 10,
                // Far from our own clock: only that it changes counts.
                RenewTime = DateTimeOffset.UnixEpoch.AddSeconds(beat),
            },
        };

    [Fact]
    public void Remaining_LeaseThatChanges_HoldsFromThatMoment()
    {
        HeartbeatWatch watch = new(_time);

        Assert.Equal(TimeSpan.FromSeconds(10), watch.Remaining("n", Lease(1)));
        _time.Advance(TimeSpan.FromSeconds(7));
        Assert.Equal(TimeSpan.FromSeconds(3), watch.Remaining("n", Lease(1)));
        Assert.Equal(TimeSpan.FromSeconds(10), watch.Remaining("n", Lease(2)));
    }

    [Fact]
    public void Remaining_LeaseThatDoesNotChange_RunsOut()
    {
        HeartbeatWatch watch = new(_time);
        watch.Remaining("n", Lease(1));

        _time.Advance(TimeSpan.FromSeconds(11));

        Assert.Equal(TimeSpan.Zero, watch.Remaining("n", Lease(1)));
    }

    [Fact]
    public void Remaining_NoLease_RunsOutAfterTheDefault()
    {
        HeartbeatWatch watch = new(_time);
        Assert.Equal(HeartbeatWatch.DefaultDuration, watch.Remaining("n", null));

        _time.Advance(HeartbeatWatch.DefaultDuration);

        Assert.Equal(TimeSpan.Zero, watch.Remaining("n", null));
    }
}
