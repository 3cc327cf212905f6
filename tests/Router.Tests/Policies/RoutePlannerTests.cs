using LlmOperator.Api.V1Alpha1;
using LlmOperator.Router.Configuration;
using LlmOperator.Router.Policies;

namespace LlmOperator.Router.Tests.Policies;

public sealed class RoutePlannerTests
{
    private static readonly Uri s_agent = new("http://127.0.0.1:11500/replicas/default/a-0");

    private static World Basic =>
        new World().Model("a", s_agent).Model("b", s_agent).Provider("cloud", "https://api.example.com/v1");

    [Fact]
    public void Build_ModelByName_IsTheOnlyCandidate() => Assert.Equal(["model/a"], Plan(Basic, "a"));

    [Theory]
    [InlineData(RoutingMode.LocalFirst, "model/a model/b provider/cloud/large")]
    [InlineData(RoutingMode.CloudFirst, "provider/cloud/large model/a model/b")]
    [InlineData(RoutingMode.LocalOnly, "model/a model/b")]
    [InlineData(RoutingMode.CloudOnly, "provider/cloud/large")]
    public void Build_Mode_OrdersAndFencesTargetsAndFallback(RoutingMode mode, string expected)
    {
        RoutingPolicySpec spec = new()
        {
            Mode = mode,
            Targets = [World.Local("a"), World.Remote("cloud")],
            Fallback = [World.Local("b")],
        };

        Assert.Equal(expected.Split(' '), Plan(Basic.Policy("p", spec), "p"));
    }

    [Fact]
    public void Build_RoleWithoutPolicy_KeepsItsOwnOrder()
    {
        WorkerRoleSpec role = new() { Targets = [World.Remote("cloud"), World.Local("a")] };

        Assert.Equal(["provider/cloud/large", "model/a"], Plan(Basic.Role("coder", role), "coder"));
    }

    [Fact]
    public void Build_RoleOfAMissingPolicy_IsNotRouted()
    {
        WorkerRoleSpec role = new() { Targets = [World.Remote("cloud")], RoutingPolicyName = "fence" };

        RoutePlan plan = PlanOf(Basic.Role("coder", role), "coder", new RequestFacts(() => ""));

        Assert.Empty(plan.Candidates);
        Assert.Equal(
            ["role default/coder follows routing policy fence, which does not exist"],
            plan.Refusals
        );
    }

    [Fact]
    public void Build_MatchingRule_GoesFirstInItsOwnOrderAndFallsBack()
    {
        RoutingPolicySpec spec = new()
        {
            Rules =
            [
                Rule(
                    "big",
                    new RoutingMatch { PromptTokens = new TokenRange { Above = 100 } },
                    World.Remote("cloud")
                ),
            ],
            Targets = [World.Local("a")],
            Fallback = [World.Local("b")],
        };
        World world = Basic.Policy("p", spec);

        Assert.Equal(
            ["provider/cloud/large", "model/a", "model/b"],
            Names(PlanOf(world, "p", new RequestFacts(() => "") { PromptTokens = 101 }))
        );
        Assert.Equal(
            ["model/a", "model/b"],
            Names(PlanOf(world, "p", new RequestFacts(() => "") { PromptTokens = 100 }))
        );
    }

    [Fact]
    public void Build_RuleThatFails_HasNoFallback()
    {
        RoutingRule rule = Rule("stay", new RoutingMatch { Keywords = ["secret"] }, World.Local("a")) with
        {
            OnUnavailable = UnavailableAction.Fail,
        };
        World world = Basic.Policy(
            "p",
            new RoutingPolicySpec { Rules = [rule], Fallback = [World.Remote("cloud")] }
        );

        Assert.Equal(["model/a"], Names(PlanOf(world, "p", new RequestFacts(() => "a SECRET plan"))));
    }

    [Fact]
    public void Build_Weights_AreDrawnByShareAndZeroNever()
    {
        RoutingRule rule = Rule(
            "split",
            new RoutingMatch(),
            World.Local("a", 9),
            World.Local("b", 1),
            World.Remote("cloud", weight: 0)
        );
        World world = Basic.Policy("p", new RoutingPolicySpec { Rules = [rule] });
        Random random = new(1);

        List<string> firsts = [];
        for (int i = 0; i < 1000; i++)
        {
            IReadOnlyList<string> names = Names(PlanOf(world, "p", new RequestFacts(() => ""), random));
            Assert.DoesNotContain("provider/cloud/large", names);
            firsts.Add(names[0]);
        }

        Assert.InRange(firsts.Count(f => f == "model/a"), 850, 950);
    }

    [Fact]
    public void Build_ProviderWithTooSmallAContext_IsRefusedWithTheNumbers()
    {
        World world = new World()
            .Provider(
                "small",
                "https://api.example.com/v1",
                null,
                new ProviderModel { Name = "large", ContextLength = 1000 }
            )
            .Policy("p", new RoutingPolicySpec { Targets = [World.Remote("small")] });

        RoutePlan plan = PlanOf(
            world,
            "p",
            new RequestFacts(() => "") { PromptTokens = 800, MaxTokens = 300 }
        );

        Assert.Empty(plan.Candidates);
        Assert.Contains(
            "1100 tokens are wanted, 1000 fit, 100 too many",
            plan.Refusals[0],
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Build_PatternThatNeedsBacktracking_MakesThePolicyUnusableAndSaysWhich()
    {
        RoutingRule rule = Rule("bad", new RoutingMatch { Patterns = ["(a)\\1"] }, World.Local("a"));
        World world = Basic.Policy(
            "p",
            new RoutingPolicySpec { Rules = [rule], Targets = [World.Local("b")] }
        );

        RoutePlan plan = PlanOf(world, "p", new RequestFacts(() => "aa"));

        Assert.Empty(plan.Candidates);
        Assert.Contains("rule bad", plan.Refusals[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Find_Name_PrefersModelThenRoleThenPolicyThenMappedName()
    {
        World world = Basic
            .Role("a", new WorkerRoleSpec { Targets = [World.Local("b")] })
            .Role("r", new WorkerRoleSpec { Targets = [World.Local("b")] })
            .Policy("r", new RoutingPolicySpec())
            .Policy("q", new RoutingPolicySpec { ModelNames = ["gpt-4o", "r", "org/model"] });
        RoutingSnapshot snapshot = world.Snapshot;

        Assert.IsType<Route.OfModel>(Route.Find(snapshot, "a", "default"));
        Assert.IsType<Route.OfRole>(Route.Find(snapshot, "r", "default"));
        Assert.Equal(
            "q",
            Assert.IsType<Route.OfPolicy>(Route.Find(snapshot, "gpt-4o", "default")).Followed.Key.Name
        );
        Assert.Equal(
            "q",
            Assert.IsType<Route.OfPolicy>(Route.Find(snapshot, "org/model", "default")).Followed.Key.Name
        );
        Assert.IsType<Route.OfModel>(Route.Find(snapshot, "default/a", "other"));
        Assert.Null(Route.Find(snapshot, "nobody", "default"));
    }

    private static RoutingRule Rule(string name, RoutingMatch match, params RouteTarget[] targets) =>
        new()
        {
            Name = name,
            Match = match,
            Targets = targets,
        };

    private static IReadOnlyList<string> Plan(World world, string name) =>
        Names(PlanOf(world, name, new RequestFacts(() => "")));

    private static RoutePlan PlanOf(World world, string name, RequestFacts facts, Random? random = null)
    {
        RoutingSnapshot snapshot = world.Snapshot;
        return RoutePlanner.Build(
            Route.Find(snapshot, name, "default")!,
            snapshot,
            facts,
            KnownFigures.None,
            () => random ?? new Random(1)
        );
    }

    private static IReadOnlyList<string> Names(RoutePlan plan) => [.. plan.Candidates.Select(c => c.Name)];
}
