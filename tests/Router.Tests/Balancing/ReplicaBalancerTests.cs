using LlmOperator.Router.Balancing;
using LlmOperator.Router.Configuration;
using Microsoft.Extensions.Time.Testing;

namespace LlmOperator.Router.Tests.Balancing;

public sealed class ReplicaBalancerTests
{
    private static readonly Uri s_a = new("http://127.0.0.1:1/a");
    private static readonly Uri s_b = new("http://127.0.0.1:2/b");
    private readonly FakeTimeProvider _time = new();
    private readonly LocalModel _model = new World().Model("m", s_a, s_b).Snapshot.Models.Values.Single();

    [Fact]
    public void Pick_OneBusy_TakesTheOther()
    {
        ReplicaBalancer balancer = new(_time, new Random(1));
        balancer.LoadOf(_model.Replicas[0]).Begin(100);

        Assert.Equal(_model.Replicas[1], balancer.Pick(_model.Replicas));
    }

    [Fact]
    public void Pick_AllIdle_SpreadsByChance()
    {
        ReplicaBalancer balancer = new(_time, new Random(1));

        int first = Enumerable
            .Range(0, 1000)
            .Count(_ => balancer.Pick(_model.Replicas) == _model.Replicas[0]);

        Assert.InRange(first, 400, 600);
    }

    [Fact]
    public void Keep_EndpointGone_IsForgottenUnlessInUse()
    {
        ReplicaBalancer balancer = new(_time, new Random(1));
        TargetLoad idle = balancer.LoadOf(s_a.AbsoluteUri);
        TargetLoad busy = balancer.LoadOf(s_b.AbsoluteUri);
        busy.Begin(100);

        balancer.Keep(RoutingSnapshot.Empty);

        Assert.NotSame(idle, balancer.LoadOf(s_a.AbsoluteUri));
        Assert.Same(busy, balancer.LoadOf(s_b.AbsoluteUri));
    }
}
