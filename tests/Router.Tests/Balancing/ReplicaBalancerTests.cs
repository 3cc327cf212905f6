using LlmOperator.Router.Balancing;
using LlmOperator.Router.Configuration;
using Microsoft.Extensions.Time.Testing;

namespace LlmOperator.Router.Tests.Balancing;

public sealed class ReplicaBalancerTests
{
    private static readonly Uri s_a = new("http://127.0.0.1:1/a");
    private static readonly Uri s_b = new("http://127.0.0.1:2/b");
    private static readonly HashSet<Uri> s_none = [];
    private readonly FakeTimeProvider _time = new();
    private readonly LocalModel _model = new World().Model("m", s_a, s_b).Snapshot.Models.Values.Single();

    [Fact]
    public void Pick_OneBusy_TakesTheOther()
    {
        ReplicaBalancer balancer = new(_time, new Random(1));
        balancer.LoadOf(_model.Replicas[0].Endpoint).Begin();

        Assert.Equal(_model.Replicas[1], balancer.Pick(_model, s_none));
    }

    [Fact]
    public void Pick_AllIdle_SpreadsByChance()
    {
        ReplicaBalancer balancer = new(_time, new Random(1));

        int first = Enumerable.Range(0, 1000).Count(_ => balancer.Pick(_model, s_none) == _model.Replicas[0]);

        Assert.InRange(first, 400, 600);
    }

    [Fact]
    public void Pick_AfterFailures_PassesOverForAWhileThatDoubles()
    {
        ReplicaBalancer balancer = new(_time, new Random(1));
        Uri bad = _model.Replicas[0].Endpoint;
        balancer.Failed(bad);
        balancer.Failed(bad);

        Assert.All(
            Enumerable.Range(0, 50),
            _ => Assert.Equal(_model.Replicas[1], balancer.Pick(_model, s_none))
        );
        _time.Advance(TimeSpan.FromSeconds(2.1));
        Assert.Contains(
            Enumerable.Range(0, 50).Select(_ => balancer.Pick(_model, s_none)),
            r => r == _model.Replicas[0]
        );
    }

    [Fact]
    public void Keep_EndpointGone_IsForgottenUnlessInUse()
    {
        ReplicaBalancer balancer = new(_time, new Random(1));
        TargetLoad idle = balancer.LoadOf(s_a);
        TargetLoad busy = balancer.LoadOf(s_b);
        busy.Begin();

        balancer.Keep(RoutingSnapshot.Empty);

        Assert.NotSame(idle, balancer.LoadOf(s_a));
        Assert.Same(busy, balancer.LoadOf(s_b));
    }

    [Fact]
    public void Pick_OnlyAFailedOne_IsTriedAllTheSame()
    {
        ReplicaBalancer balancer = new(_time, new Random(1));
        balancer.Failed(_model.Replicas[0].Endpoint);

        Assert.Equal(
            _model.Replicas[0],
            balancer.Pick(_model, new HashSet<Uri> { _model.Replicas[1].Endpoint })
        );
        Assert.Null(balancer.Pick(_model, new HashSet<Uri>(_model.Replicas.Select(r => r.Endpoint))));
    }
}
