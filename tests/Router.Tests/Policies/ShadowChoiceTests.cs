using LlmOperator.Api.V1Alpha1;
using LlmOperator.Router.Configuration;
using LlmOperator.Router.Policies;

namespace LlmOperator.Router.Tests.Policies;

public sealed class ShadowChoiceTests
{
    private static readonly Uri s_agent = new("http://127.0.0.1:11500/replicas/default/a-0");

    [Fact]
    public void Build_Percent_IsTheShareOfRequestsAndTheSameOnEveryRouter()
    {
        RoutingSnapshot snapshot = With(
            new RoutingPolicySpec
            {
                Targets = [World.Local("a")],
                Shadow = new ShadowCopies { Target = World.Remote("cloud"), Percent = 25 },
            }
        );
        int copied = 0;
        for (int i = 0; i < 2000; i++)
        {
            Candidate? first = Plan(snapshot, $"request {i}", random: 1).Shadow;
            Candidate? second = Plan(snapshot, $"request {i}", random: 2).Shadow;
            Assert.Equal(first?.Name, second?.Name);
            copied += first is null ? 0 : 1;
        }

        Assert.InRange(copied, 425, 575);
    }

    [Fact]
    public void Build_RuleWithItsOwn_TakesThePlaceOfThePolicys()
    {
        RoutingSnapshot snapshot = With(
            new RoutingPolicySpec
            {
                Rules =
                [
                    new RoutingRule
                    {
                        Name = "tools",
                        Match = new RoutingMatch { HasTools = true },
                        Targets = [World.Local("a")],
                        Shadow = new ShadowCopies { Target = World.Local("b"), Percent = 100 },
                    },
                ],
                Targets = [World.Local("a")],
                Shadow = new ShadowCopies { Target = World.Remote("cloud"), Percent = 100 },
            }
        );

        Assert.Equal("provider/cloud/large", Plan(snapshot, "x").Shadow?.Name);
        Assert.Equal("model/b", Plan(snapshot, "x", hasTools: true).Shadow?.Name);
    }

    [Fact]
    public void Build_TargetBehindTheFence_IsNotCopiedToAndSaysWhy()
    {
        RoutingSnapshot snapshot = With(
            new RoutingPolicySpec
            {
                Mode = RoutingMode.LocalOnly,
                Targets = [World.Local("a")],
                Shadow = new ShadowCopies { Target = World.Remote("cloud"), Percent = 100 },
            }
        );

        RoutePlan plan = Plan(snapshot, "x");

        Assert.Null(plan.Shadow);
        Assert.Equal("provider \"cloud\": the mode is LocalOnly", plan.ShadowRefusal);
        // The request itself is not touched by that.
        Assert.Single(plan.Candidates);
        Assert.Empty(plan.Refusals);
    }

    private static RoutingSnapshot With(RoutingPolicySpec spec) =>
        new World()
            .Model("a", s_agent)
            .Model("b", s_agent)
            .Provider("cloud", "https://api.example.com/v1")
            .Policy("p", spec)
            .Snapshot;

    private static RoutePlan Plan(
        RoutingSnapshot snapshot,
        string text,
        int random = 1,
        bool hasTools = false
    ) =>
        RoutePlanner.Build(
            Route.Find(snapshot, "p", "default")!,
            snapshot,
            new RequestFacts(() => text) { ReadFingerprint = () => text, HasTools = hasTools },
            KnownFigures.None,
            () => new Random(random)
        );
}
