using System.Text;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Router.Tests.Budgets;

namespace LlmOperator.Router.Tests.Forwarding;

/// <summary>A stream that breaks and goes on elsewhere is charged once.</summary>
public sealed class ContinuationBudgetTests
{
    // As the speaking replica counts: 10 tokens of the prompt, one for each piece.
    private static readonly long s_wholeAnswer = 10 + SpeakingUpstream.Pieces.Length;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, true)]
    [InlineData(4, true)]
    [InlineData(4, false)]
    [InlineData(12, false)]
    public async Task Stream_BreaksAndGoesOn_IsChargedOnceForTheWholeAnswer(int cut, bool asksForUsage)
    {
        await using ScriptedUpstream dying = SpeakingUpstream.Start("first", cut);
        await using ScriptedUpstream living = SpeakingUpstream.Start("second");
        LedgerServer ledgers = new(TimeProvider.System);
        await using RunningRouter router = await StartAsync(dying, living, ledgers);

        // Chance says which replica is asked first.
        int asked = 0;
        while (dying.Requests.IsEmpty)
        {
            string text = await AskAsync(router, asksForUsage);
            Assert.EndsWith("data: [DONE]\n\n", text, StringComparison.Ordinal);
            asked++;
        }

        await router.LeaveAsync(Token);

        Assert.Equal(asked * s_wholeAnswer, ledgers.Only().Spec.Periods[0].Spent);
        Assert.Equal(0, ledgers.Only().Spec.Periods[0].Leases.Sum(l => l.Amount));
    }

    [Fact]
    public async Task Stream_BreaksAndBreaksAgain_IsChargedOnceForTheWholeAnswer()
    {
        await using ScriptedUpstream dying = SpeakingUpstream.Start("first", dieAfter: 4);
        await using ScriptedUpstream dyingToo = SpeakingUpstream.Start("second", dieAfter: 5);
        LedgerServer ledgers = new(TimeProvider.System);
        await using RunningRouter router = await StartAsync(dying, dyingToo, ledgers);

        string text = await AskAsync(router, asksForUsage: false);
        await router.LeaveAsync(Token);

        Assert.EndsWith("data: [DONE]\n\n", text, StringComparison.Ordinal);
        Assert.True(dying.Requests.Count + dyingToo.Requests.Count >= 3);
        Assert.Equal(s_wholeAnswer, ledgers.Only().Spec.Periods[0].Spent);
    }

    [Fact]
    public async Task Stream_ClientLeavesWhileAnotherReplicaGoesOn_IsChargedForWhatItGot()
    {
        await using ScriptedUpstream dying = SpeakingUpstream.Start("first", dieAfter: 4);
        await using ScriptedUpstream slow = SlowToGoOn();
        LedgerServer ledgers = new(TimeProvider.System);
        await using RunningRouter router = await StartAsync(dying, slow, ledgers);

        using (HttpResponseMessage answer = await router.ChatAsync("p", stream: true, Token))
        {
            await using Stream body = await answer.Content.ReadAsStreamAsync(Token);
            await ReadUntilAsync(body, "fox");
            while (!slow.Requests.Any(IsGoingOn))
            {
                await Task.Delay(10, Token);
            }
        }

        // The replica that was going on is let go.
        await slow.ClientLeft.Task.WaitAsync(TimeSpan.FromSeconds(20), Token);
        LedgerPeriod period = await SpentAsync(router, ledgers);
        Assert.InRange(period.Spent, 5, s_wholeAnswer);
        Assert.Equal(0, period.Leases.Sum(l => l.Amount));
    }

    private static Task<RunningRouter> StartAsync(
        ScriptedUpstream first,
        ScriptedUpstream second,
        LedgerServer ledgers
    ) =>
        RunningRouter.StartAsync(
            new World()
                .ModelWithDigest("small", first.Address, second.Address)
                .Policy(
                    "p",
                    new RoutingPolicySpec
                    {
                        Targets = [World.Local("small")],
                        Budgets =
                        [
                            new Budget
                            {
                                Name = "tokens",
                                Period = BudgetPeriod.Day,
                                Tokens = 1_000_000,
                            },
                        ],
                    }
                ),
            ledgers: ledgers
        );

    // Refuses what is new, and never goes on with what was begun.
    private static ScriptedUpstream SlowToGoOn()
    {
        ScriptedUpstream? self = null;
        self = new ScriptedUpstream(
            async (stream, _, ct) =>
            {
                if (!IsGoingOn(self!.Requests.Last()))
                {
                    await stream.WriteAsync(
                        "HTTP/1.1 500 X\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"u8.ToArray(),
                        ct
                    );
                }
                else if (await stream.ReadAsync(new byte[1], ct) == 0)
                {
                    throw new IOException("The client left.");
                }
            }
        );
        return self;
    }

    private static bool IsGoingOn(string request) =>
        request.Contains("\"assistant\"", StringComparison.Ordinal);

    private static async Task<string> AskAsync(RunningRouter router, bool asksForUsage)
    {
        string options = asksForUsage ? "\"stream_options\":{\"include_usage\":true}," : "";
        using StringContent body = new(
            $$"""{"model":"p",{{options}}"stream":true,"max_tokens":50,"messages":[{"role":"user","content":"speak"}]}"""
        );
        using HttpResponseMessage answer = await router.Http.PostAsync("v1/chat/completions", body, Token);
        (string text, _) = await RunningRouter.ReadAsync(answer, Token);
        return text;
    }

    private static async Task ReadUntilAsync(Stream body, string wanted)
    {
        StringBuilder text = new();
        byte[] buffer = new byte[4096];
        while (!text.ToString().Contains(wanted, StringComparison.Ordinal))
        {
            int read = await body.ReadAsync(buffer, Token);
            Assert.True(read > 0, $"the stream ended: {text}");
            text.Append(Encoding.UTF8.GetString(buffer, 0, read));
        }
    }

    private static async Task<LedgerPeriod> SpentAsync(RunningRouter router, LedgerServer ledgers)
    {
        for (int i = 0; i < 200; i++)
        {
            await router.Budgets.FlushAsync(isLeaving: true, Token);
            if (ledgers.Only().Spec.Periods[0] is { Spent: > 0 } period)
            {
                return period;
            }

            await Task.Delay(50, Token);
        }

        throw new TimeoutException("Nothing was charged.");
    }
}
