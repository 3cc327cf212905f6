using LlmOperator.Api.V1Alpha1;
using LlmOperator.Router.Accounting;
using LlmOperator.Router.Balancing;
using LlmOperator.Router.Balancing.Breaking;
using LlmOperator.Router.Balancing.Prefixes;
using LlmOperator.Router.Configuration;
using LlmOperator.Router.Dialects;
using LlmOperator.Router.Dialects.OpenAi;
using LlmOperator.Router.Forwarding;
using LlmOperator.Router.Forwarding.Shadowing;
using LlmOperator.Router.Forwarding.Waking;
using LlmOperator.Router.Policies;
using Microsoft.AspNetCore.Http;

namespace LlmOperator.Router.Tests.Forwarding.Waking;

/// <summary>Whatever the policy: after a wait in vain a request goes nowhere that its plan or its mode does not hold.</summary>
public sealed class ColdFencePropertyTests
{
    private const int Worlds = 1500;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Next_RandomPoliciesWithColdModels_StaysWithinPlanFenceAndMode()
    {
        int remote = 0;
        int cold = 0;
        for (int seed = 0; seed < Worlds; seed++)
        {
            Random random = new(seed);
            World world = new World()
                .OnDemandModel("m0", new Uri("http://127.0.0.1:2/"))
                .OnDemandModel("m1", new Uri("http://127.0.0.1:2/"))
                .OnDemandModel("m2", new Uri("http://127.0.0.1:2/"), Residency.Loaded)
                .Provider("p0", "https://api.example.com/v1")
                .Provider("p1", "https://api.example.org/v1");
            RoutingPolicySpec spec = new()
            {
                Mode = (RoutingMode)random.Next(6),
                Targets = RandomPlans.Targets(random),
                Fallback = RandomPlans.Targets(random),
                Limits = new RoutingLimits { Attempts = 16 },
                ColdStart = new ColdStart
                {
                    Mode = (ColdStartMode)random.Next(4),
                    MaxWait = Kubernetes.Meta.Duration.Parse("0s"),
                },
                DataClasses = [new DataClassRule { Name = DataClasses.Secret }],
            };
            RoutingSnapshot snapshot = world.Policy("p", spec).Snapshot;
            bool isSecret = random.Next(2) == 0;
            RoutePlan plan = RandomPlans.Of(snapshot, isSecret, random);
            string where = $"seed {seed}, {spec.Mode}, {spec.ColdStart.Mode}, secret {isSecret}";

            await foreach (UpstreamTarget target in AllAsync(plan))
            {
                Assert.Contains(target.Candidate.Name, plan.Candidates.Select(c => c.Name));
                bool isRemote = target.Candidate is Candidate.Remote;
                remote += isRemote ? 1 : 0;
                Assert.False(isRemote && (isSecret || spec.Mode == RoutingMode.LocalOnly), where);
                int at = plan.Candidates.ToList().FindIndex(c => c.Name == target.Candidate.Name);
                bool isOver = plan.Candidates.Take(at).Any(c => c is Candidate.Local { Model.IsCold: true });
                cold += isOver ? 1 : 0;
                Assert.False(isOver && spec.ColdStart.Mode == ColdStartMode.Fail, where);
                Assert.False(target.Candidate is Candidate.Local { Model.IsCold: true }, where);
            }
        }

        // The property is not empty.
        Assert.True(remote > 100 && cold > 100, $"{remote} remote, {cold} after a wait");
    }

    private static async IAsyncEnumerable<UpstreamTarget> AllAsync(RoutePlan plan)
    {
        using UpstreamClient upstream = new();
        ReplicaBalancer balancer = new(TimeProvider.System, new Random(1));
        // It knows no model: nothing is ever loaded.
        await using ModelWaker waker = new(
            upstream,
            balancer,
            () => RoutingSnapshot.Empty,
            new RouterOptions(),
            TimeProvider.System
        );
        using RouterMetrics metrics = new(new object(), TimeProvider.System);
        Exchange exchange = new(
            new DefaultHttpContext(),
            OpenAiRequestParser.Parse(
                OpenAiOperation.ChatCompletions,
                """{"model":"p","messages":[{"role":"user","content":"x"}]}"""u8.ToArray()
            ),
            ForgettingAnswerWriter.Instance
        );
        ColdWait wait = new(
            waker,
            exchange,
            plan,
            new RequestRecord(OpenAiOperation.ChatCompletions, TimeProvider.System),
            metrics,
            TimeProvider.System,
            Token
        );
        AttemptSource source = new(plan, balancer, new PromptAffinity(() => [], () => null, 1), null, wait);
        while (await source.NextAsync() is { } target)
        {
            await using BreakerPass pass = target.Pass!;
            yield return target;
        }
    }
}
