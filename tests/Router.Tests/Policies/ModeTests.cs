using LlmOperator.Api.V1Alpha1;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Router.Configuration;
using LlmOperator.Router.Dialects.OpenAi;
using LlmOperator.Router.Policies;
using LlmOperator.Router.Statistics;

namespace LlmOperator.Router.Tests.Policies;

public sealed class ModeTests
{
    private static readonly Uri s_agent = new("http://127.0.0.1:11500/replicas/default/a-0");

    private static World Basic =>
        new World()
            .Model("a", s_agent)
            .Provider("cheap", "https://api.example.com/v1", null, Priced("0.10", "0.40"))
            .Provider("dear", "https://api.example.org/v1", null, Priced("3", "15"))
            .Provider("unpriced", "https://api.example.net/v1");

    private static RoutingPolicySpec All =>
        new()
        {
            Targets =
            [
                World.Remote("unpriced"),
                World.Remote("dear"),
                World.Local("a"),
                World.Remote("cheap"),
            ],
        };

    [Fact]
    public void Cheapest_PricesAndLocalRate_OrderTheTargets()
    {
        RoutingPolicySpec spec = All with
        {
            Mode = RoutingMode.Cheapest,
            LocalCost = new LocalCost { UsdPerMillionTokens = "1" },
        };

        RoutePlan plan = Plan(spec, new RequestFacts(() => "") { PromptTokens = 1000, MaxTokens = 100 });

        // 1000 × 0.10 + 100 × 0.40; 1100 × 1; 1000 × 3 + 100 × 15 for each million; then what has no price.
        Assert.Equal(
            [
                ("provider/cheap/large", 0.00014m),
                ("model/a", 0.0011m),
                ("provider/dear/large", 0.0045m),
                ("provider/unpriced/large", null),
            ],
            plan.Candidates.Select(c => (c.Name, c.Estimate!.Usd))
        );
    }

    [Fact]
    public void Cheapest_PromptThatIsUsuallyCached_CountsByTheCachedPrice()
    {
        static ProviderModel Model(string input, string? cached) =>
            new()
            {
                Name = "large",
                Price = new ModelPrice
                {
                    InputPerMillion = input,
                    CachedInputPerMillion = cached,
                    OutputPerMillion = "1",
                },
            };
        RoutingSnapshot snapshot = new World()
            .Provider("plain", "https://plain.example/v1", models: Model("1", null))
            .Provider("caching", "https://caching.example/v1", models: Model("2", "0.2"))
            .Policy(
                "p",
                new RoutingPolicySpec
                {
                    Mode = RoutingMode.Cheapest,
                    Targets = [World.Remote("plain"), World.Remote("caching")],
                }
            )
            .Snapshot;
        RequestFacts facts = new(() => "") { PromptTokens = 1000, MaxTokens = 100 };
        Route route = Route.Find(snapshot, "p", "default")!;
        KnownFigures cached = new KnownFigures().With(
            "provider/caching/large",
            new TargetFigures { CachedShare = 0.9 }
        );

        RoutePlan before = RoutePlanner.Build(route, snapshot, facts, KnownFigures.None, () => new Random(1));
        RoutePlan after = RoutePlanner.Build(route, snapshot, facts, cached, () => new Random(1));

        Assert.Equal("provider/plain/large", before.Candidates[0].Name);
        Assert.Equal("provider/caching/large", after.Candidates[0].Name);
        // 100 × 2 + 900 × 0.20 + 100 × 1 for each million.
        Assert.Equal(0.00048m, after.Candidates[0].Estimate!.Usd);
    }

    [Fact]
    public void Cheapest_LocalPower_CountsByTheMeasuredSeconds()
    {
        RoutingPolicySpec spec = All with
        {
            Mode = RoutingMode.Cheapest,
            LocalCost = new LocalCost { Watts = 360, UsdPerKilowattHour = "0.50" },
        };
        // 1 s to the first of 100 tokens, 9 s for the others: 360 W × 10 s = 3600 J = 0.001 kWh.
        KnownFigures figures = new KnownFigures().With("model/a", 1, 100 / 9.0);

        RoutePlan plan = Plan(
            spec,
            new RequestFacts(() => "") { PromptTokens = 1000, MaxTokens = 100 },
            figures
        );

        Candidate local = plan.Candidates.Single(c => c is Candidate.Local);
        Assert.Equal(0.0005m, Math.Round(local.Estimate!.Usd!.Value, 9));
        Assert.Equal(1, plan.Candidates.ToList().IndexOf(local));
    }

    [Fact]
    public void Fastest_MeasuredSeconds_OrderTheTargetsAndTheUnknownIsTried()
    {
        KnownFigures figures = new KnownFigures()
            .With("model/a", 2, 10)
            .With("provider/dear/large", 0.3, 80)
            .With("provider/unpriced/large", 0.5, 20);

        RoutePlan plan = Plan(
            All with
            {
                Mode = RoutingMode.Fastest,
            },
            new RequestFacts(() => "") { PromptTokens = 100, MaxTokens = 200 },
            figures
        );

        Assert.Equal(
            ["provider/cheap/large", "provider/dear/large", "provider/unpriced/large", "model/a"],
            plan.Candidates.Select(c => c.Name)
        );
    }

    [Fact]
    public void Objectives_LongPromptThatIsTooSlowLocally_GoesToTheCloudFirst()
    {
        RoutingPolicySpec spec = All with
        {
            Objectives = new RoutingObjectives { FirstToken = Duration.Parse("2s") },
            Targets = [World.Local("a"), World.Remote("cheap")],
        };
        // A base of 0.1 s and a millisecond a token: 2 s are reached at 1,900 tokens.
        KnownFigures figures = new KnownFigures().With(
            "model/a",
            new TargetFigures
            {
                FirstToken = new Quantiles(1, 1, 50),
                TokensPerSecond = new Quantiles(20, 20, 50),
                Line = (0.1, 0.001),
            }
        );

        RoutePlan shorter = Plan(spec, new RequestFacts(() => "") { PromptTokens = 1800 }, figures);
        RoutePlan longer = Plan(spec, new RequestFacts(() => "") { PromptTokens = 2000 }, figures);

        Assert.Equal(["model/a", "provider/cheap/large"], shorter.Candidates.Select(c => c.Name));
        Assert.Equal(["provider/cheap/large", "model/a"], longer.Candidates.Select(c => c.Name));
    }

    [Fact]
    public void Objectives_TokensPerSecond_PutSlowTargetsLast()
    {
        RoutingPolicySpec spec = All with
        {
            Objectives = new RoutingObjectives { TokensPerSecond = 30 },
            Targets = [World.Local("a"), World.Remote("cheap")],
        };

        Assert.Equal(
            ["provider/cheap/large", "model/a"],
            Plan(spec, new RequestFacts(() => ""), new KnownFigures().With("model/a", 1, 20))
                .Candidates.Select(c => c.Name)
        );
        // Nine samples are too few to judge by.
        Assert.Equal(
            ["model/a", "provider/cheap/large"],
            Plan(spec, new RequestFacts(() => ""), new KnownFigures().With("model/a", 1, 20, samples: 9))
                .Candidates.Select(c => c.Name)
        );
    }

    [Theory]
    [InlineData(RoutingMode.LocalFirst, null, "LocalOnly", RoutingMode.LocalOnly)]
    [InlineData(RoutingMode.LocalFirst, null, "localfirst", RoutingMode.LocalFirst)]
    [InlineData(RoutingMode.LocalFirst, null, "CloudFirst", null)]
    [InlineData(RoutingMode.LocalFirst, RoutingMode.CloudOnly, "CloudOnly", RoutingMode.CloudOnly)]
    [InlineData(RoutingMode.LocalFirst, RoutingMode.Fastest, "Cheapest", RoutingMode.Cheapest)]
    [InlineData(RoutingMode.LocalFirst, RoutingMode.Cheapest, "Fastest", null)]
    [InlineData(RoutingMode.LocalOnly, null, "LocalFirst", null)]
    [InlineData(RoutingMode.CloudFirst, RoutingMode.LocalOnly, "LocalFirst", null)]
    [InlineData(RoutingMode.CloudOnly, null, "LocalOnly", RoutingMode.LocalOnly)]
    [InlineData(RoutingMode.LocalFirst, null, "Sideways", null)]
    [InlineData(RoutingMode.LocalFirst, null, "3", null)]
    public void Header_AsksForAMode_WithinTheReachOfThePolicy(
        RoutingMode own,
        RoutingMode? most,
        string header,
        RoutingMode? expected
    )
    {
        RoutingPolicySpec spec = All with { Mode = own, MaxMode = most };
        RequestFacts facts = new(() => "") { Header = name => name == "x-llm-mode" ? header : null };

        if (expected is { } mode)
        {
            Assert.Equal(mode, Plan(spec, facts).Mode);
        }
        else
        {
            InvalidRequestException error = Assert.Throws<InvalidRequestException>(() => Plan(spec, facts));
            Assert.Contains("x-llm-mode", error.Error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void DrawBy_SameSessionOrUser_StaysWithItsTargetAndTheSharesHold()
    {
        RoutingRule rule = new()
        {
            Name = "canary",
            Targets = [World.Local("a", 9), World.Remote("cheap", weight: 1)],
            DrawBy = DrawBy.Session,
        };
        RoutingPolicySpec spec = All with { Rules = [rule] };
        int canaries = 0;
        for (int session = 0; session < 1000; session++)
        {
            string id = $"session-{session}";
            RequestFacts Facts() => new(() => "") { Header = name => name == "x-session-id" ? id : null };
            string first = Plan(spec, Facts(), random: new Random(1)).Candidates[0].Name;

            Assert.Equal(first, Plan(spec, Facts(), random: new Random(2)).Candidates[0].Name);
            canaries += first == "model/a" ? 0 : 1;
        }

        Assert.InRange(canaries, 70, 130);
    }

    [Fact]
    public void Window_PromptThatFitsNowhere_IsRejectedWithTheNumbers()
    {
        World world = new World()
            .Provider(
                "small",
                "https://api.example.com/v1",
                null,
                new ProviderModel { Name = "large", ContextLength = 500 }
            )
            .Policy("p", new RoutingPolicySpec { Targets = [World.Remote("small")] });

        RoutePlan plan = PlanOf(
            world,
            new RequestFacts(() => "") { PromptTokens = 800 },
            KnownFigures.None,
            new Random(1)
        );

        Assert.Empty(plan.Candidates);
        Assert.Equal(("context_length_exceeded", 400), (plan.Rejection!.Code, plan.Rejection.Status));
        Assert.Contains("300 too many", plan.Rejection.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Window_LearnedRatio_CorrectsTheEstimate()
    {
        World world = new World()
            .Provider(
                "small",
                "https://api.example.com/v1",
                null,
                new ProviderModel { Name = "large", ContextLength = 1000 }
            )
            .Policy("p", new RoutingPolicySpec { Targets = [World.Remote("small")] });
        KnownFigures figures = new KnownFigures().With(
            "provider/small/large",
            new TargetFigures { TokenRatio = 1.5 }
        );

        Assert.Single(
            PlanOf(
                world,
                new RequestFacts(() => "") { PromptTokens = 800 },
                KnownFigures.None,
                new Random(1)
            ).Candidates
        );
        Assert.Empty(
            PlanOf(
                world,
                new RequestFacts(() => "") { PromptTokens = 800 },
                figures,
                new Random(1)
            ).Candidates
        );
    }

    private static ProviderModel Priced(string input, string output) =>
        new()
        {
            Name = "large",
            Price = new ModelPrice { InputPerMillion = input, OutputPerMillion = output },
        };

    private static RoutePlan Plan(
        RoutingPolicySpec spec,
        RequestFacts facts,
        ITargetFigures? figures = null,
        Random? random = null
    ) => PlanOf(Basic.Policy("p", spec), facts, figures ?? KnownFigures.None, random ?? new Random(1));

    private static RoutePlan PlanOf(World world, RequestFacts facts, ITargetFigures figures, Random random)
    {
        var snapshot = world.Snapshot;
        return RoutePlanner.Build(
            Route.Find(snapshot, "p", "default")!,
            snapshot,
            facts,
            figures,
            () => random
        );
    }
}
