using LlmOperator.Api.V1Alpha1;
using LlmOperator.Router.Configuration;
using LlmOperator.Router.Policies;

namespace LlmOperator.Router.Tests.Policies;

/// <summary>LocalOnly is a fence: whatever the policy and the request, no provider is ever in the plan.</summary>
public sealed class FencePropertyTests
{
    private const int Worlds = 3000;

    [Fact]
    public void Build_RandomLocalOnlyPolicies_NeverHoldAProvider()
    {
        for (int seed = 0; seed < Worlds; seed++)
        {
            Random random = new(seed);
            RoutingPolicySpec spec = Spec(random) with { Mode = RoutingMode.LocalOnly };
            foreach (Candidate candidate in Plan(spec, random).Candidates)
            {
                Assert.True(candidate is Candidate.Local, $"seed {seed}: {candidate.Name}");
            }
        }
    }

    [Fact]
    public void Build_SameInputs_GiveTheSamePlan()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            Assert.Equal(
                Plan(Spec(new Random(seed)), new Random(seed)).Candidates.Select(c => c.Name),
                Plan(Spec(new Random(seed)), new Random(seed)).Candidates.Select(c => c.Name)
            );
        }
    }

    private static RoutePlan Plan(RoutingPolicySpec spec, Random random)
    {
        Uri agent = new("http://127.0.0.1:11500/replicas/default/m");
        World world = new World()
            .Model("m0", agent)
            .Model("m1", agent)
            .Provider("p0", "https://api.example.com/v1")
            .Provider("p1", "https://api.example.org/v1")
            .Policy("policy", spec)
            .Role("role", new WorkerRoleSpec { Targets = Targets(random), RoutingPolicyName = "policy" });
        RoutingSnapshot snapshot = world.Snapshot;
        RequestFacts facts = new(() => random.Next(2) == 0 ? "please refactor this" : "hello")
        {
            PromptTokens = random.Next(2000),
            HasTools = random.Next(2) == 0,
            RoleName = random.Next(2) == 0 ? "role" : null,
        };
        return RoutePlanner.Build(
            Route.Find(snapshot, random.Next(2) == 0 ? "role" : "policy", "default")!,
            snapshot,
            facts,
            KnownFigures.None,
            () => random
        );
    }

    private static RoutingPolicySpec Spec(Random random) =>
        new()
        {
            Mode = (RoutingMode)random.Next(6),
            Rules =
            [
                .. Enumerable
                    .Range(0, random.Next(4))
                    .Select(i => new RoutingRule
                    {
                        Name = $"rule-{i}",
                        Match = Match(random),
                        Targets = Targets(random),
                        OnUnavailable = (UnavailableAction)random.Next(2),
                    }),
            ],
            Targets = Targets(random),
            Fallback = Targets(random),
        };

    private static RoutingMatch Match(Random random) =>
        new()
        {
            Keywords = random.Next(2) == 0 ? ["refactor"] : null,
            HasTools = random.Next(3) switch
            {
                0 => true,
                1 => false,
                _ => null,
            },
            PromptTokens = random.Next(2) == 0 ? new TokenRange { Above = random.Next(1000) } : null,
        };

    private static List<RouteTarget> Targets(Random random) =>
        [
            .. Enumerable
                .Range(0, random.Next(1, 5))
                .Select(_ =>
                    random.Next(2) == 0
                        ? World.Local($"m{random.Next(3)}", random.Next(3))
                        : World.Remote($"p{random.Next(3)}", weight: random.Next(3))
                ),
        ];
}
