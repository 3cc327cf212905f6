using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Router.Tests.Forwarding;

namespace LlmOperator.Router.Tests.Budgets;

/// <summary>Budgets and limits at the router's real web server.</summary>
public sealed class BudgetServingTests
{
    private const string TeamKey = "key-of-the-team-0123456789";

    // The scripted answer uses 5 + 3 tokens: 5 × 2 USD + 3 × 10 USD for a million are 40,000 billionths.
    private const long CostOfAnswer = 40_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static Budget Usd(string amount, BudgetExceededAction action = BudgetExceededAction.Fail) =>
        new()
        {
            Name = "daily",
            Period = BudgetPeriod.Day,
            Usd = amount,
            OnExceeded = action,
        };

    private static World WithProvider(ScriptedUpstream cloud, params Budget[] budgets) =>
        new World()
            .Provider(
                "cloud",
                cloud.Address.ToString(),
                models: new ProviderModel
                {
                    Name = "large",
                    MaxOutputTokens = 100,
                    Price = new ModelPrice { InputPerMillion = "2", OutputPerMillion = "10.00" },
                }
            )
            .Policy(
                "p",
                new RoutingPolicySpec
                {
                    Mode = RoutingMode.CloudFirst,
                    Targets = [World.Remote("cloud")],
                    Budgets = budgets,
                }
            );

    [Fact]
    public async Task Request_WithinItsBudget_IsChargedWhatItUsed()
    {
        await using ScriptedUpstream cloud = Script.Whole();
        LedgerServer ledgers = new(TimeProvider.System);
        await using RunningRouter router = await RunningRouter.StartAsync(
            WithProvider(cloud, Usd("1.00")),
            ledgers: ledgers
        );

        using HttpResponseMessage answer = await router.ChatAsync("p", stream: false, Token);
        await router.LeaveAsync(Token);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        LedgerPeriod period = ledgers.Only().Spec.Periods[0];
        Assert.Equal(CostOfAnswer, period.Spent);
        Assert.Equal(0, period.Leases.Sum(l => l.Amount));
    }

    [Fact]
    public async Task Request_BeyondItsBudget_Is429AndNothingIsSent()
    {
        await using ScriptedUpstream cloud = Script.Whole();
        await using RunningRouter router = await RunningRouter.StartAsync(WithProvider(cloud, Usd("0.0005")));

        using HttpResponseMessage answer = await router.ChatAsync("p", stream: false, Token);
        JsonNode body = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!;

        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.Equal("budget_exceeded", (string?)body["error"]!["code"]);
        Assert.Contains("the budget \"daily\"", (string?)body["error"]!["message"], StringComparison.Ordinal);
        Assert.True(answer.Headers.RetryAfter!.Delta > TimeSpan.Zero);
        Assert.Empty(cloud.Requests);
    }

    [Fact]
    public async Task Request_BeyondABudgetThatSparesLocal_IsAnsweredLocally()
    {
        await using ScriptedUpstream cloud = Script.Whole();
        await using ScriptedUpstream local = Script.Whole();
        World world = WithProvider(cloud)
            .Model("m", local.Address)
            .Policy(
                "q",
                new RoutingPolicySpec
                {
                    Mode = RoutingMode.CloudFirst,
                    Targets = [World.Remote("cloud"), World.Local("m")],
                    Budgets = [Usd("0.0005", BudgetExceededAction.LocalOnly)],
                }
            );
        await using RunningRouter router = await RunningRouter.StartAsync(world);

        using HttpResponseMessage answer = await router.ChatAsync("q", stream: false, Token);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Empty(cloud.Requests);
        Assert.Single(local.Requests);
    }

    [Theory]
    // 5 + 3 tokens × 2 USD for a million.
    [InlineData("2", BudgetExceededAction.Fail, 16_000)]
    [InlineData(null, BudgetExceededAction.Fail, 0)]
    // Counts what goes to providers and nothing else.
    [InlineData("2", BudgetExceededAction.LocalOnly, 0)]
    public async Task Request_AnsweredLocally_IsChargedByTheLocalRate(
        string? rate,
        BudgetExceededAction action,
        long spent
    )
    {
        await using ScriptedUpstream local = Script.Whole();
        LedgerServer ledgers = new(TimeProvider.System);
        World world = new World()
            .Model("m", local.Address)
            .Policy(
                "p",
                new RoutingPolicySpec
                {
                    Targets = [World.Local("m")],
                    LocalCost = rate is null ? null : new LocalCost { UsdPerMillionTokens = rate },
                    Budgets = [Usd("1.00", action)],
                }
            );
        await using RunningRouter router = await RunningRouter.StartAsync(world, ledgers: ledgers);

        using HttpResponseMessage answer = await router.ChatAsync("p", stream: false, Token);
        await router.LeaveAsync(Token);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(spent, ledgers.Spent());
    }

    [Fact]
    public async Task Request_AnsweredLocallyByPower_IsChargedByItsTimeAndReservedByItsLongest()
    {
        await using ScriptedUpstream local = Script.Whole();
        LedgerServer ledgers = new(TimeProvider.System);
        static RoutingPolicySpec Spec(string usd) =>
            new()
            {
                Targets = [World.Local("m")],
                LocalCost = new LocalCost { Watts = 3600, UsdPerKilowattHour = "1" },
                // 3600 W × 100 s = 0.1 kWh.
                Limits = new RoutingLimits { Total = Duration.Parse("100s") },
                Budgets = [Usd(usd)],
            };
        World world = new World()
            .Model("m", local.Address)
            .Policy("enough", Spec("0.2"))
            .Policy("short", Spec("0.09"));
        await using RunningRouter router = await RunningRouter.StartAsync(world, ledgers: ledgers);

        using HttpResponseMessage refused = await router.ChatAsync("short", stream: false, Token);
        using HttpResponseMessage answer = await router.ChatAsync("enough", stream: false, Token);
        await router.LeaveAsync(Token);

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.InRange(ledgers.Spent(), 1, 99_999_999);
        Assert.Single(local.Requests);
    }

    [Fact]
    public async Task Stream_ClientThatLeavesInTheMiddle_IsChargedForWhatItGot()
    {
        await using ScriptedUpstream cloud = Script.StreamThenHang(frames: 3);
        LedgerServer ledgers = new(TimeProvider.System);
        await using RunningRouter router = await RunningRouter.StartAsync(
            WithProvider(cloud, Usd("1.00")),
            ledgers: ledgers
        );
        using (HttpResponseMessage answer = await router.ChatAsync("p", stream: true, Token))
        {
            await using Stream body = await answer.Content.ReadAsStreamAsync(Token);
            await body.ReadExactlyAsync(new byte[64], Token);
        }

        await cloud.ClientLeft.Task.WaitAsync(TimeSpan.FromSeconds(20), Token);
        long spent = 0;
        for (int i = 0; i < 100 && spent == 0; i++)
        {
            await router.Budgets.FlushAsync(isLeaving: true, Token);
            spent = ledgers.Only().Spec.Periods[0].Spent;
            await Task.Delay(50, Token);
        }

        Assert.InRange(spent, 1, CostOfAnswer * 10);
    }

    [Fact]
    public async Task Request_TargetThatRefuses_CostsNothing()
    {
        await using ScriptedUpstream cloud = Script.Status(500);
        LedgerServer ledgers = new(TimeProvider.System);
        await using RunningRouter router = await RunningRouter.StartAsync(
            WithProvider(cloud, Usd("1.00")),
            ledgers: ledgers
        );

        using HttpResponseMessage answer = await router.ChatAsync("p", stream: false, Token);
        await router.LeaveAsync(Token);

        Assert.False(answer.IsSuccessStatusCode);
        Assert.Equal(0, ledgers.Only().Spec.Periods[0].Spent);
    }

    [Fact]
    public async Task Requests_MoreThanAKeyMayAskInAMinute_Are429WithTheTimeToWait()
    {
        await using ScriptedUpstream local = Script.Whole();
        World world = Limited(local, requestsPerMinute: 2);
        await using RunningRouter router = await RunningRouter.StartAsync(world);
        router.Http.DefaultRequestHeaders.Authorization = new("Bearer", TeamKey);

        using HttpResponseMessage first = await router.ChatAsync("m", stream: false, Token);
        using HttpResponseMessage second = await router.ChatAsync("m", stream: false, Token);
        using HttpResponseMessage third = await router.ChatAsync("m", stream: false, Token);

        Assert.Equal(["1"], first.Headers.GetValues("x-ratelimit-remaining-requests"));
        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, third.StatusCode);
        Assert.InRange(third.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 31);
        Assert.Equal(2, local.Requests.Count);
    }

    [Fact]
    public async Task Requests_OfOneKeyAtTwoRouters_CountTogether()
    {
        await using ScriptedUpstream local = Script.Whole();
        World world = Limited(local, requestsPerMinute: 3);
        LedgerServer ledgers = new(TimeProvider.System);
        await using RunningRouter one = await RunningRouter.StartAsync(world, ledgers: ledgers);
        await using RunningRouter two = await RunningRouter.StartAsync(world, ledgers: ledgers);
        List<HttpStatusCode> answers = [];
        foreach (RunningRouter router in new[] { one, two, one, two })
        {
            router.Http.DefaultRequestHeaders.Authorization = new("Bearer", TeamKey);
            using HttpResponseMessage answer = await router.ChatAsync("m", stream: false, Token);
            answers.Add(answer.StatusCode);
        }

        Assert.Equal(3, answers.Count(a => a == HttpStatusCode.OK));
        Assert.Equal(HttpStatusCode.TooManyRequests, answers[^1]);
    }

    /// <summary>S-11: where a request goes and with which key is the cluster's to say; a canary key is seen nowhere else.</summary>
    [Theory]
    [InlineData("api_base")]
    [InlineData("base_url")]
    [InlineData("api_key")]
    [InlineData("provider")]
    [InlineData("custom_llm_provider")]
    public async Task Request_ThatNamesAnotherHost_GoesWhereThePolicySays(string field)
    {
        await using ScriptedUpstream cloud = Script.Whole();
        await using ScriptedUpstream foreign = Script.Whole();
        const string Canary = "canary-key-0123456789";
        World world = new World()
            .Provider("cloud", cloud.Address.ToString(), new SecretKeyReference { Name = "s", Key = "k" })
            .Secret("s", "k", Canary)
            .Policy("p", new RoutingPolicySpec { Targets = [World.Remote("cloud")] });
        await using RunningRouter router = await RunningRouter.StartAsync(world);
        using HttpRequestMessage request = new(
            HttpMethod.Post,
            $"v1/chat/completions?{field}={Uri.EscapeDataString(foreign.Address.ToString())}"
        )
        {
            Content = new StringContent(
                $$"""{"model":"p","{{field}}":"{{foreign.Address}}","messages":[{"role":"user","content":"x"}]}""",
                Encoding.UTF8,
                "application/json"
            ),
        };
        request.Headers.Add("x-" + field.Replace('_', '-'), foreign.Address.ToString());
        request.Headers.Add("x-upstream-url", foreign.Address.ToString());
        request.Headers.Add("Forwarded", $"host={foreign.Address.Authority}");

        using HttpResponseMessage answer = await router.Http.SendAsync(request, Token);
        string text = await answer.Content.ReadAsStringAsync(Token);

        Assert.Empty(foreign.Requests);
        Assert.All(
            cloud.Requests,
            r => Assert.Contains($"Authorization: Bearer {Canary}", r, StringComparison.Ordinal)
        );
        Assert.DoesNotContain(Canary, text + answer.Headers, StringComparison.Ordinal);
    }

    private static World Limited(ScriptedUpstream local, int requestsPerMinute) =>
        new World()
            .Model("m", local.Address)
            .Key(
                "team",
                TeamKey,
                new RouterKeySpec
                {
                    RequestLimits = new RequestLimits { RequestsPerMinute = requestsPerMinute },
                }
            );
}
