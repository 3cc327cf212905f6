using System.Net;
using System.Text;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Router.Tests.Budgets;

namespace LlmOperator.Router.Tests.Forwarding.Hedging;

/// <summary>A second attempt beside one that is late.</summary>
public sealed class HedgeTests
{
    private static readonly string s_wholeStream = string.Concat(Script.Frames);

    private const string Failure = "HTTP/1.1 500 X\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stream_FirstTargetIsLate_TheSecondAnswersAndTheFirstIsLeftAndCharged()
    {
        await using ScriptedUpstream late = LateAfterTheFirst();
        await using ScriptedUpstream next = Script.Streamed();
        LedgerServer ledgers = new(TimeProvider.System);
        Budget tokens = new()
        {
            Name = "daily",
            Period = BudgetPeriod.Day,
            Tokens = 1_000_000,
        };
        World world = new World()
            .Model("late", late.Address)
            .Model("next", next.Address)
            .Policy("p", Policy(World.Local("late"), World.Local("next")) with { Budgets = [tokens] });
        await using RunningRouter router = await RunningRouter.StartAsync(world, ledgers: ledgers);
        Measure(router, "model/late");

        using (HttpResponseMessage first = await router.ChatAsync("p", stream: true, Token))
        {
            Assert.Equal(s_wholeStream, (await RunningRouter.ReadAsync(first, Token)).Text);
        }

        using HttpResponseMessage response = await router.ChatAsync("p", stream: true, Token);
        (string text, bool broke) = await RunningRouter.ReadAsync(response, Token);

        Assert.False(broke);
        Assert.Equal(s_wholeStream, text);
        string route = response.Headers.GetValues("x-llm-route").Single();
        Assert.StartsWith("model/next", route, StringComparison.Ordinal);
        Assert.Contains("hedge=second", route, StringComparison.Ordinal);
        await late.ClientLeft.Task.WaitAsync(TimeSpan.FromSeconds(20), Token);
        string id = response.Headers.GetValues("x-request-id").Single();
        Assert.Contains(
            "cancelled after",
            await router.Http.GetStringAsync("router/decisions/" + id, Token),
            StringComparison.Ordinal
        );
        await router.LeaveAsync(Token);
        // Two answers, and the prompt of the attempt that was cancelled.
        long ofOneAnswer = await SpentOnOneAnswerAsync(tokens);
        Assert.InRange(ledgers.Spent() - (2 * ofOneAnswer), 1, ofOneAnswer - 1);
        Assert.Equal((2, 1), (late.Requests.Count, next.Requests.Count));
    }

    [Fact]
    public async Task Stream_FirstTargetIsSoonerAfterAll_TheSecondIsLeft()
    {
        TaskCompletionSource secondIsAsked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int asked = 0;
        await using ScriptedUpstream slow = new(
            async (_, stream, _, ct) =>
            {
                if (Interlocked.Increment(ref asked) > 1)
                {
                    await secondIsAsked.Task.WaitAsync(ct);
                }

                await SendStreamAsync(stream, ct);
            }
        );
        await using ScriptedUpstream hanging = new(
            async (_, stream, _, ct) =>
            {
                secondIsAsked.TrySetResult();
                await HangAsync(stream, ct);
            }
        );
        World world = new World()
            .Model("slow", slow.Address)
            .Model("hanging", hanging.Address)
            .Policy("p", Policy(World.Local("slow"), World.Local("hanging")));
        await using RunningRouter router = await RunningRouter.StartAsync(world);
        Measure(router, "model/slow");
        using HttpResponseMessage first = await router.ChatAsync("p", stream: true, Token);

        using HttpResponseMessage response = await router.ChatAsync("p", stream: true, Token);
        (string text, _) = await RunningRouter.ReadAsync(response, Token);

        Assert.Equal(s_wholeStream, text);
        Assert.Contains(
            "hedge=first",
            response.Headers.GetValues("x-llm-route").Single(),
            StringComparison.Ordinal
        );
        await hanging.ClientLeft.Task.WaitAsync(TimeSpan.FromSeconds(20), Token);
    }

    [Fact]
    public async Task Stream_BothFail_TheNextTargetAnswers()
    {
        TaskCompletionSource secondIsAsked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using ScriptedUpstream late = LateAfterTheFirst(failsAfter: secondIsAsked.Task);
        await using ScriptedUpstream broken = new(
            async (_, stream, _, ct) =>
            {
                secondIsAsked.TrySetResult();
                await SendAsync(stream, Failure, ct);
            }
        );
        await using ScriptedUpstream good = Script.Streamed();
        World world = new World()
            .Model("late", late.Address)
            .Model("broken", broken.Address)
            .Model("good", good.Address)
            .Policy("p", Policy(World.Local("late"), World.Local("broken"), World.Local("good")));
        await using RunningRouter router = await RunningRouter.StartAsync(world);
        Measure(router, "model/late");
        using HttpResponseMessage first = await router.ChatAsync("p", stream: true, Token);

        using HttpResponseMessage response = await router.ChatAsync("p", stream: true, Token);
        (string text, _) = await RunningRouter.ReadAsync(response, Token);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(s_wholeStream, text);
        Assert.Single(broken.Requests);
        Assert.Single(good.Requests);
    }

    [Theory]
    [InlineData(HedgeTargets.Local, false)]
    [InlineData(HedgeTargets.All, true)]
    public async Task Stream_LateWithAProviderBehind_NeverReachesItWhereItMayNot(
        HedgeTargets targets,
        bool isSecret
    )
    {
        await using ScriptedUpstream late = LateAfterTheFirst();
        await using ScriptedUpstream cloud = Script.Streamed();
        RoutingPolicySpec spec = Policy(World.Local("late"), World.Remote("cloud"));
        World world = new World()
            .Model("late", late.Address)
            .Provider("cloud", cloud.Address + "v1")
            .Policy(
                "p",
                spec with
                {
                    Hedging = spec.Hedging! with { Targets = targets },
                    DataClasses = [new DataClassRule { Name = DataClasses.Secret }],
                    Limits = new RoutingLimits { FirstToken = Duration.Parse("700ms"), Attempts = 1 },
                }
            );
        await using RunningRouter router = await RunningRouter.StartAsync(world);
        Measure(router, "model/late");
        string content = isSecret ? "ghp_" + new string('k', 9) + "Q7z0aB1cD2eF3gH4iJ5kL6mN7oP" : "count";
        for (int i = 0; i < 2; i++)
        {
            using StringContent body = new(
                $$"""{"model":"p","stream":true,"messages":[{"role":"user","content":"{{content}}"}]}""",
                Encoding.UTF8,
                "application/json"
            );
            using HttpResponseMessage response = await router.Http.PostAsync(
                "v1/chat/completions",
                body,
                Token
            );
            Assert.Equal(i == 0 ? HttpStatusCode.OK : HttpStatusCode.ServiceUnavailable, response.StatusCode);
        }

        Assert.Empty(cloud.Requests);
    }

    private static async Task<long> SpentOnOneAnswerAsync(Budget budget)
    {
        await using ScriptedUpstream upstream = Script.Streamed();
        LedgerServer ledgers = new(TimeProvider.System);
        await using RunningRouter router = await RunningRouter.StartAsync(
            new World()
                .Model("m", upstream.Address)
                .Policy("p", Policy(World.Local("m")) with { Budgets = [budget] }),
            ledgers: ledgers
        );
        using (HttpResponseMessage response = await router.ChatAsync("p", stream: true, Token))
        {
            await RunningRouter.ReadAsync(response, Token);
        }

        await router.LeaveAsync(Token);
        return ledgers.Spent();
    }

    private static RoutingPolicySpec Policy(params RouteTarget[] targets) =>
        new()
        {
            Targets = targets,
            // Every second stream; the first of a test is the one without.
            Hedging = new HedgedRequests { Percent = 50, LeastWait = Duration.Parse("50ms") },
            Limits = new RoutingLimits { FirstToken = Duration.Parse("20s") },
        };

    // Streams that begin within a millisecond: what comes later than the least wait is late.
    private static void Measure(RunningRouter router, string target)
    {
        for (int i = 0; i < 40; i++)
        {
            router
                .Statistics.For(target)
                .Add(10, usage: null, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(2));
        }
    }

    // Answers one request at once; the later ones hang, or fail when they are late.
    private static ScriptedUpstream LateAfterTheFirst(Task? failsAfter = null)
    {
        int asked = 0;
        return new ScriptedUpstream(
            async (_, stream, _, ct) =>
            {
                if (Interlocked.Increment(ref asked) == 1)
                {
                    await SendStreamAsync(stream, ct);
                }
                else if (failsAfter is null)
                {
                    await HangAsync(stream, ct);
                }
                else
                {
                    await failsAfter.WaitAsync(ct);
                    await SendAsync(stream, Failure, ct);
                }
            }
        );
    }

    private static Task SendStreamAsync(System.Net.Sockets.NetworkStream stream, CancellationToken ct) =>
        SendAsync(
            stream,
            $"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: {s_wholeStream.Length}\r\nConnection: close\r\n\r\n{s_wholeStream}",
            ct
        );

    private static async Task HangAsync(System.Net.Sockets.NetworkStream stream, CancellationToken ct)
    {
        byte[] one = new byte[1];
        if (await stream.ReadAsync(one, ct) == 0)
        {
            throw new IOException("The client left.");
        }
    }

    private static async Task SendAsync(
        System.Net.Sockets.NetworkStream stream,
        string text,
        CancellationToken ct
    ) => await stream.WriteAsync(Encoding.UTF8.GetBytes(text), ct);
}
