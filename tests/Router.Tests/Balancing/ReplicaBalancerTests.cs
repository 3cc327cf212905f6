using LlmOperator.Api.V1Alpha1;
using LlmOperator.Router.Balancing;
using LlmOperator.Router.Balancing.Prefixes;
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
    public void Pick_LeastOutstandingAndOneBusy_TakesTheOther()
    {
        ReplicaBalancer balancer = new(_time, new Random(1));
        balancer.LoadOf(_model.Replicas[0]).Begin(100);

        Assert.All(
            Enumerable.Range(0, 20),
            _ => Assert.Equal(_model.Replicas[1], Pick(balancer, BalancingStrategy.LeastOutstanding, 1))
        );
    }

    [Fact]
    public void Pick_LeastOutstandingAndAllIdle_SpreadsByChance()
    {
        ReplicaBalancer balancer = new(_time, new Random(1));

        int first = Enumerable
            .Range(0, 1000)
            .Count(_ => Pick(balancer, BalancingStrategy.LeastOutstanding, 1) == _model.Replicas[0]);

        Assert.InRange(first, 400, 600);
    }

    [Fact]
    public void Pick_RoundRobin_TakesThemInTurn()
    {
        ReplicaBalancer balancer = new(_time, new Random(1));

        LocalReplica[] picked =
        [
            .. Enumerable.Range(0, 4).Select(_ => Pick(balancer, BalancingStrategy.RoundRobin, 1)),
        ];

        Assert.Equal(picked[0], picked[2]);
        Assert.Equal(picked[1], picked[3]);
        Assert.NotEqual(picked[0], picked[1]);
    }

    [Fact]
    public void Pick_PrefixAffinity_TheSamePromptGoesWhereItWentBefore()
    {
        ReplicaBalancer balancer = new(_time, new Random(1));
        foreach (int prompt in Enumerable.Range(0, 50))
        {
            LocalReplica first = Pick(balancer, BalancingStrategy.PrefixAffinity, prompt);
            Assert.Equal(first, Pick(balancer, BalancingStrategy.PrefixAffinity, prompt));
        }
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

    private LocalReplica Pick(ReplicaBalancer balancer, BalancingStrategy strategy, int prompt) =>
        balancer
            .Pick(
                _model.Replicas,
                new PromptAffinity(
                    () => PromptBlocks.Of(Enumerable.Repeat((byte)prompt, 256).ToArray(), salt: 0),
                    () => null,
                    tokens: 100
                ),
                strategy
            )
            .Replica;
}
