using System.Net;
using System.Text;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Router.Forwarding.Shadowing;
using LlmOperator.Router.Statistics;
using LlmOperator.Router.Tests.Budgets;

namespace LlmOperator.Router.Tests.Forwarding;

/// <summary>Copies of requests, over real sockets.</summary>
public sealed class ShadowTests
{
    private const string Card = "4111 1111 1111 1111";

    // No port or length in a head looks like it.
    private const string PartOfCard = "111 1";
    private const string Trial = "provider/trial/large";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Copy_OfAnAnsweredRequest_LeavesItsFiguresAndNothingElse(bool stream)
    {
        await using ScriptedUpstream local = stream ? Script.Streamed() : Script.Whole();
        await using ScriptedUpstream trial = stream ? Script.StreamOf("four", " five") : Script.Whole();
        await using RunningRouter router = await RunningRouter.StartAsync(World(local, trial));

        string text = await AskAsync(router, "count", stream);
        await UntilAsync(() => Task.FromResult(router.Statistics.Names.Contains(Trial)));

        Assert.Contains("one", text, StringComparison.Ordinal);
        Assert.DoesNotContain("four", text, StringComparison.Ordinal);
        string sent = Assert.Single(trial.Requests);
        Assert.Contains("\"model\":\"large-2026\"", sent, StringComparison.Ordinal);
        Assert.Contains("count", sent, StringComparison.Ordinal);
        TargetFigures figures = router.Statistics.Of(Trial);
        Assert.Equal(stream, figures.FirstToken is not null);
        Assert.Equal(stream ? null : 3, figures.OutputTokens?.Median);
        Assert.Contains("outcome=\"ok\"", await MetricAsync(router), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Copy_TargetThatHangs_DelaysNobodyAndTheNumberIsBounded()
    {
        await using ScriptedUpstream local = Script.Whole();
        await using ScriptedUpstream trial = Script.Hang();
        await using RunningRouter router = await RunningRouter.StartAsync(World(local, trial));

        for (int i = 0; i < 40; i++)
        {
            Assert.Contains("one two three", await AskAsync(router, $"count {i}"), StringComparison.Ordinal);
        }

        await UntilAsync(() => Task.FromResult(trial.Requests.Count == ShadowCopier.MostAtATime));

        Assert.Equal(40, local.Requests.Count);
        string dropped = (await MetricAsync(router))
            .Split('\n')
            .Single(l => l.Contains("outcome=\"dropped\"", StringComparison.Ordinal));
        Assert.InRange(
            int.Parse(dropped.Split(' ')[1]),
            40 - ShadowCopier.MostAtATime - ShadowCopier.MostWaiting,
            40 - ShadowCopier.MostAtATime
        );
    }

    [Fact]
    public async Task Copy_TargetThatFails_IsNothingToTheClient()
    {
        await using ScriptedUpstream local = Script.Whole();
        await using ScriptedUpstream trial = Script.Status(500);
        await using RunningRouter router = await RunningRouter.StartAsync(World(local, trial));

        string text = await AskAsync(router, "count");
        await UntilAsync(async () =>
            (await MetricAsync(router)).Contains("outcome=\"failed\"", StringComparison.Ordinal)
        );

        Assert.Contains("one two three", text, StringComparison.Ordinal);
        Assert.DoesNotContain(Trial, router.Statistics.Names);
    }

    [Fact]
    public async Task Copy_OfWhatMayNotLeave_IsNotMade()
    {
        await using ScriptedUpstream local = Script.Whole();
        await using ScriptedUpstream trial = Script.Whole();
        await using RunningRouter router = await RunningRouter.StartAsync(
            World(local, trial, DataLeaving.Forbidden)
        );

        await AskAsync(router, $"Charge {Card}");
        await AskAsync(router, "count");
        await UntilAsync(() => Task.FromResult(!trial.Requests.IsEmpty));

        Assert.DoesNotContain(PartOfCard, Assert.Single(trial.Requests), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Copy_OfWhatLeavesRedacted_HasPlaceholders()
    {
        await using ScriptedUpstream local = Script.Whole();
        await using ScriptedUpstream trial = Script.Whole();
        await using RunningRouter router = await RunningRouter.StartAsync(
            World(local, trial, DataLeaving.Redacted)
        );

        await AskAsync(router, $"Charge {Card}");
        await UntilAsync(() => Task.FromResult(!trial.Requests.IsEmpty));

        string sent = Assert.Single(trial.Requests);
        Assert.Contains("Charge [[CARD_1]]", sent, StringComparison.Ordinal);
        Assert.DoesNotContain(PartOfCard, sent, StringComparison.Ordinal);
        Assert.Contains(Card, Assert.Single(local.Requests), StringComparison.Ordinal);
    }

    [Theory]
    // 5 × 2 USD + 3 × 10 USD for a million; the local model is free.
    [InlineData("1.00", BudgetExceededAction.Fail, 40_000, "ok")]
    [InlineData("0.0005", BudgetExceededAction.Fail, 0, "over_budget")]
    [InlineData("0.0005", BudgetExceededAction.LocalOnly, 0, "over_budget")]
    [InlineData("0.0005", BudgetExceededAction.Queue, 0, "over_budget")]
    public async Task Copy_IsChargedToTheBudgetAndLeftOutWhereThatIsShort(
        string usd,
        BudgetExceededAction action,
        long spent,
        string outcome
    )
    {
        await using ScriptedUpstream local = Script.Whole();
        await using ScriptedUpstream trial = Script.Whole();
        LedgerServer ledgers = new(TimeProvider.System);
        Budget budget = new()
        {
            Name = "daily",
            Period = BudgetPeriod.Day,
            Usd = usd,
            OnExceeded = action,
        };
        await using RunningRouter router = await RunningRouter.StartAsync(
            World(local, trial, DataLeaving.Allowed, budget),
            ledgers: ledgers
        );

        string text = await AskAsync(router, "count");
        await UntilAsync(async () =>
            (await MetricAsync(router)).Contains($"outcome=\"{outcome}\"", StringComparison.Ordinal)
        );
        await router.LeaveAsync(Token);

        Assert.Contains("one two three", text, StringComparison.Ordinal);
        Assert.Equal(spent, ledgers.Spent());
        Assert.Equal(outcome == "ok" ? 1 : 0, trial.Requests.Count);
    }

    private static World World(
        ScriptedUpstream local,
        ScriptedUpstream trial,
        DataLeaving leaving = DataLeaving.Allowed,
        params Budget[] budgets
    ) =>
        new World()
            .Model("m", local.Address)
            .Provider(
                "trial",
                trial.Address + "v1",
                models: new ProviderModel
                {
                    Name = "large",
                    UpstreamName = "large-2026",
                    MaxOutputTokens = 100,
                    Price = new ModelPrice { InputPerMillion = "2", OutputPerMillion = "10" },
                }
            )
            .Policy(
                "p",
                new RoutingPolicySpec
                {
                    Targets = [Tests.World.Local("m")],
                    Shadow = new ShadowCopies { Target = Tests.World.Remote("trial"), Percent = 100 },
                    DataClasses = [new DataClassRule { Name = DataClasses.PersonalData, Leaving = leaving }],
                    Budgets = budgets,
                }
            );

    private static async Task<string> AskAsync(RunningRouter router, string text, bool stream = false)
    {
        using StringContent body = new(
            $$"""{"model":"p","stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"{{text}}"}]}""",
            Encoding.UTF8,
            "application/json"
        );
        using HttpResponseMessage answer = await router.Http.PostAsync("v1/chat/completions", body, Token);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync(Token);
    }

    private static async Task<string> MetricAsync(RunningRouter router) =>
        string.Join(
            '\n',
            (await router.Http.GetStringAsync("metrics", Token))
                .Split('\n')
                .Where(l => l.StartsWith("llmop_router_shadow_copies", StringComparison.Ordinal))
        );

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        for (int i = 0; i < 400; i++)
        {
            if (await condition())
            {
                return;
            }

            await Task.Delay(25, Token);
        }

        throw new TimeoutException("It did not come to that.");
    }
}
