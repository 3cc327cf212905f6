using LlmOperator.Api.V1Alpha1;
using LlmOperator.Router.Balancing;
using LlmOperator.Router.Balancing.Breaking;
using LlmOperator.Router.Balancing.Prefixes;
using LlmOperator.Router.Configuration;
using LlmOperator.Router.Forwarding;
using LlmOperator.Router.Policies;

namespace LlmOperator.Router.Tests.Forwarding.Hedging;

/// <summary>Whatever the policy: a second attempt goes only where the plan and the fence let the first one go.</summary>
public sealed class HedgeFencePropertyTests
{
    private const int Worlds = 2000;

    [Fact]
    public async Task Hedge_RandomPolicies_StaysWithinPlanFenceAndScope()
    {
        int hedged = 0;
        int remote = 0;
        for (int seed = 0; seed < Worlds; seed++)
        {
            Random random = new(seed);
            RoutingPolicySpec spec = new()
            {
                Mode = (RoutingMode)random.Next(6),
                Targets = RandomPlans.Targets(random),
                Fallback = RandomPlans.Targets(random),
                Limits = new RoutingLimits { Attempts = 16 },
                DataClasses = [new DataClassRule { Name = DataClasses.Secret }],
            };
            RoutingSnapshot snapshot = new World()
                .Model("m0", new Uri("http://127.0.0.1:2/"), new Uri("http://127.0.0.1:3/"))
                .OnDemandModel("m1", new Uri("http://127.0.0.1:4/"))
                .OnDemandModel("m2", new Uri("http://127.0.0.1:5/"), Residency.Loaded)
                .Provider("p0", "https://api.example.com/v1")
                .Provider("p1", "https://api.example.org/v1")
                .Policy("p", spec)
                .Snapshot;
            bool isSecret = random.Next(2) == 0;
            RoutePlan plan = RandomPlans.Of(snapshot, isSecret, random);
            AttemptSource source = new(
                plan,
                new ReplicaBalancer(TimeProvider.System, new Random(seed)),
                new PromptAffinity(() => [], () => null, 1),
                servingToken: null
            );
            HashSet<string> asked = [];
            while (await source.NextAsync() is { } first)
            {
                await using BreakerPass pass = first.Pass!;
                Assert.True(asked.Add(first.Id), $"seed {seed}: {first} is asked twice");
                HedgeTargets allowed = (HedgeTargets)random.Next(2);
                if (await source.HedgeAsync(allowed) is not { } second)
                {
                    continue;
                }

                await using BreakerPass other = second.Pass!;
                string where = $"seed {seed}, {spec.Mode}, {allowed}, secret {isSecret}: {second}";
                Assert.True(asked.Add(second.Id), where);
                Assert.Contains(second.Candidate.Name, plan.Candidates.Select(c => c.Name));
                hedged++;
                if (second.Candidate is Candidate.Local local)
                {
                    Assert.False(local.Model.IsCold, where);
                    continue;
                }

                remote++;
                Assert.False(
                    isSecret || spec.Mode == RoutingMode.LocalOnly || allowed == HedgeTargets.Local,
                    where
                );
            }
        }

        // The property is not empty.
        Assert.True(hedged > 500 && remote > 100, $"{hedged} hedged, {remote} to providers");
    }
}
