using System.Net;
using System.Text;
using System.Text.Json;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Router.Configuration;
using LlmOperator.Testing.Waiting;

namespace LlmOperator.Router.Tests.Forwarding.Waking;

/// <summary>Requests for an on-demand model that is not in memory.</summary>
public sealed class ColdStartTests
{
    private static readonly string s_wholeStream = string.Concat(Script.Frames);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Chat_ManyForAColdModel_WaitTogetherAndAreAnsweredAfterOneCall(bool stream)
    {
        await using SleepingAgent agent = new();
        await using RunningRouter router = await RunningRouter.StartAsync(
            new World().OnDemandModel("m", agent.Address)
        );

        Task<HttpResponseMessage>[] asked =
        [
            .. Enumerable.Range(0, 8).Select(_ => router.ChatAsync("m", stream, Token)),
        ];
        await Eventually.IsTrueAsync(
            () => router.Waker.Waiting.Sum(w => w.Waiting) == 8 && agent.Calls == 1,
            "all wait"
        );
        Assert.Equal(0, agent.Asked);
        Assert.DoesNotContain(asked, a => a.IsCompleted);
        agent.Load();

        foreach (Task<HttpResponseMessage> one in asked)
        {
            using HttpResponseMessage response = await one;
            (string text, bool broke) = await RunningRouter.ReadAsync(response, Token);
            Assert.False(broke);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal(stream ? s_wholeStream : Script.WholeText, text);
            Assert.Contains(
                "coldstart=waited",
                response.Headers.GetValues("x-llm-route").Single(),
                StringComparison.Ordinal
            );
        }

        Assert.Equal((1, 8), (agent.Calls, agent.Asked));
        await Eventually.IsTrueAsync(() => !router.Waker.Waiting.Any(), "the queue is gone");
    }

    [Theory]
    [InlineData("v1/chat/completions", ": waiting for model m", "[DONE]")]
    [InlineData("v1/messages", "event: ping", "event: message_stop")]
    [InlineData("v1/responses", ": waiting for model m", "response.completed")]
    [InlineData("api/chat", "\"content\":\"\"},\"done\":false", "\"done\":true")]
    public async Task Stream_WhileItWaits_IsToldInItsDialectThatItLives(string path, string beat, string end)
    {
        await using SleepingAgent agent = new();
        await using RunningRouter router = await RunningRouter.StartAsync(
            new World().OnDemandModel("m", agent.Address).Policy("p", Policy(heartbeat: "50ms"))
        );

        using HttpResponseMessage response = await AskAsync(router, path);
        using StreamReader reader = new(await response.Content.ReadAsStreamAsync(Token));
        StringBuilder text = new();
        while (!text.ToString().Contains(beat, StringComparison.Ordinal))
        {
            text.AppendLine(await reader.ReadLineAsync(Token));
        }

        Assert.Equal(0, agent.Asked);
        agent.Load();
        text.Append(await reader.ReadToEndAsync(Token));

        Assert.Contains("coldstart=waiting", response.Headers.GetValues("x-llm-route").Single());
        Assert.Contains("three", text.ToString(), StringComparison.Ordinal);
        Assert.Contains(end, text.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("error\":{", text.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("v1/chat/completions", "data: {\"error\"", "[DONE]")]
    [InlineData("v1/messages", "event: error", "message_stop")]
    [InlineData("v1/responses", "response.failed", "response.completed")]
    [InlineData("api/chat", "{\"error\":", "\"done\":true")]
    public async Task Stream_ThatWasToldToWait_EndsWithAnErrorWhenTheModelDoesNotCome(
        string path,
        string error,
        string end
    )
    {
        await using SleepingAgent agent = new();
        await using RunningRouter router = await RunningRouter.StartAsync(
            new World()
                .OnDemandModel("m", agent.Address, loadMilliseconds: 40_000)
                .Policy("p", Policy(maxWait: "400ms", heartbeat: "50ms"))
        );

        using HttpResponseMessage response = await AskAsync(router, path);
        (string text, bool broke) = await RunningRouter.ReadAsync(response, Token);

        Assert.False(broke);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains(error, text, StringComparison.Ordinal);
        Assert.Contains("\"stage\":\"EngineStarting\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain(end, text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("v1/chat/completions")]
    [InlineData("v1/messages")]
    [InlineData("api/chat")]
    public async Task Chat_ModelThatDoesNotCome_Is503WithStagePercentAndRemainingSeconds(string path)
    {
        await using SleepingAgent agent = new();
        await using RunningRouter router = await RunningRouter.StartAsync(
            new World()
                .OnDemandModel("m", agent.Address, loadMilliseconds: 3_600_000)
                .Policy("p", Policy(maxWait: "200ms"))
        );

        using HttpResponseMessage response = await AskAsync(router, path, stream: false);
        using JsonDocument body = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Token));

        JsonElement root = body.RootElement;
        JsonElement error = path == "api/chat" ? root : root.GetProperty("error");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("EngineStarting", error.GetProperty("stage").GetString());
        Assert.InRange(error.GetProperty("percent").GetInt32(), 0, 99);
        Assert.InRange(error.GetProperty("remaining_seconds").GetInt64(), 1, 3600);
        Assert.InRange(response.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 3600);
        Assert.Equal(0, agent.Asked);
    }

    [Fact]
    public async Task Chat_FullQueue_IsNotWaitedIn()
    {
        await using SleepingAgent agent = new();
        await using RunningRouter router = await RunningRouter.StartAsync(
            new World().OnDemandModel("m", agent.Address).Policy("p", Policy(maxQueued: 1))
        );
        Task<HttpResponseMessage> first = router.ChatAsync("p", stream: false, Token);
        await Eventually.IsTrueAsync(() => router.Waker.Waiting.Sum(w => w.Waiting) == 1, "the first waits");

        using HttpResponseMessage second = await router.ChatAsync("p", stream: false, Token);
        (string text, _) = await RunningRouter.ReadAsync(second, Token);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, second.StatusCode);
        Assert.Contains("1 requests wait for it already", text, StringComparison.Ordinal);
        agent.Load();
        using HttpResponseMessage answered = await first;
        Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
    }

    [Theory]
    [InlineData(ColdStartMode.SmallerSibling, "sibling")]
    [InlineData(ColdStartMode.Cloud, "cloud")]
    [InlineData(ColdStartMode.Fail, null)]
    public async Task Chat_ByMode_GoesElsewhereAtOnceWhileTheModelLoads(ColdStartMode mode, string? answers)
    {
        await using SleepingAgent agent = new();
        await using ScriptedUpstream sibling = Script.Whole();
        await using ScriptedUpstream cloud = Script.Whole();
        World world = new World()
            .OnDemandModel("m", agent.Address)
            .Provider("cloud", cloud.Address + "v1")
            .OnDemandModel("sibling", sibling.Address, Residency.Loaded)
            .Policy(
                "p",
                Policy() with
                {
                    ColdStart = new ColdStart { Mode = mode },
                    Targets = [World.Local("m"), World.Local("sibling"), World.Remote("cloud")],
                }
            );
        await using RunningRouter router = await RunningRouter.StartAsync(world);

        using HttpResponseMessage response = await router.ChatAsync("p", stream: false, Token);

        Assert.Equal(
            answers is null ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.OK,
            response.StatusCode
        );
        Assert.Equal(answers == "sibling" ? 1 : 0, sibling.Requests.Count);
        Assert.Equal(answers == "cloud" ? 1 : 0, cloud.Requests.Count);
        Assert.Equal(0, agent.Asked);
        await Eventually.IsTrueAsync(() => agent.Calls == 1, "the model is being loaded");
        string id = response.Headers.GetValues("x-request-id").Single();
        string decision = await router.Http.GetStringAsync("router/decisions/" + id, Token);
        Assert.Contains($"coldStart.mode {mode}", decision, StringComparison.Ordinal);
        Assert.Contains("model/m: is not in memory", decision, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(RoutingMode.LocalFirst, true)]
    [InlineData(RoutingMode.LocalOnly, false)]
    public async Task Chat_CloudWhileCold_NeverGetsWhatMayNotLeave(RoutingMode mode, bool isSecret)
    {
        await using SleepingAgent agent = new();
        await using ScriptedUpstream cloud = Script.Whole();
        World world = new World()
            .OnDemandModel("m", agent.Address)
            .Provider("cloud", cloud.Address + "v1")
            .Policy(
                "p",
                Policy() with
                {
                    Mode = mode,
                    ColdStart = new ColdStart { Mode = ColdStartMode.Cloud },
                    DataClasses = [new DataClassRule { Name = DataClasses.Secret }],
                    Fallback = [World.Remote("cloud")],
                }
            );
        await using RunningRouter router = await RunningRouter.StartAsync(world);
        string text = isSecret ? "ghp_" + new string('k', 9) + "Q7z0aB1cD2eF3gH4iJ5kL6mN7oP" : "count";

        Task<HttpResponseMessage> asked = AskAsync(
            router,
            "v1/chat/completions",
            stream: false,
            content: text
        );
        await Eventually.IsTrueAsync(() => router.Waker.Waiting.Sum(w => w.Waiting) == 1, "it waits");
        agent.Load();
        using HttpResponseMessage response = await asked;

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(1, agent.Asked);
        Assert.Empty(cloud.Requests);
    }

    [Theory]
    [InlineData(600L)]
    [InlineData(null)]
    public async Task Chat_ModelThatIsPulled_WaitsUnlessThatTakesTooLong(long? remaining)
    {
        await using SleepingAgent agent = new();
        agent.Load();
        ReplicaPull pull = new()
        {
            CompletedBytes = 43,
            TotalBytes = 100,
            RemainingSeconds = remaining,
        };
        World pulling = new World().OnDemandModel("m", endpoint: null, pull: pull).Policy("p", Policy());
        RoutingSnapshot now = pulling.Snapshot;
        await using RunningRouter router = await RunningRouter.StartAsync(
            pulling,
            snapshots: () => Volatile.Read(ref now)
        );

        Task<HttpResponseMessage> asked = router.ChatAsync("p", stream: false, Token);
        if (remaining is null)
        {
            await Eventually.IsTrueAsync(() => router.Waker.Waiting.Sum(w => w.Waiting) == 1, "it waits");
            Volatile.Write(
                ref now,
                new World().OnDemandModel("m", agent.Address).Policy("p", Policy()).Snapshot
            );
            using HttpResponseMessage answered = await asked;
            Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
            return;
        }

        using HttpResponseMessage response = await asked;
        (string text, _) = await RunningRouter.ReadAsync(response, Token);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(600), response.Headers.RetryAfter!.Delta);
        Assert.Contains(
            "\"stage\":\"Pulling\",\"percent\":43,\"remaining_seconds\":600",
            text,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Chat_ModelThatCannotBeLoaded_IsAnsweredByTheNext(bool isGone)
    {
        await using ScriptedUpstream refusing = Script.Status(
            503,
            """{"error":{"message":"out of memory","type":"server_error","code":"engine_unavailable"}}"""
        );
        await using ScriptedUpstream next = Script.Whole();
        Uri address = isGone ? new Uri("http://127.0.0.1:1/") : refusing.Address;
        World world = new World()
            .OnDemandModel("m", address)
            .Model("next", next.Address)
            .Policy("p", Policy() with { Fallback = [World.Local("next")] });
        await using RunningRouter router = await RunningRouter.StartAsync(world);

        using HttpResponseMessage response = await router.ChatAsync("p", stream: false, Token);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Single(next.Requests);
    }

    [Fact]
    public async Task Chat_ClientThatLeaves_LeavesTheQueueAndTheOthersWaitOn()
    {
        await using SleepingAgent agent = new();
        await using RunningRouter router = await RunningRouter.StartAsync(
            new World().OnDemandModel("m", agent.Address)
        );
        using CancellationTokenSource leave = CancellationTokenSource.CreateLinkedTokenSource(Token);
        Task<HttpResponseMessage> leaving = router.ChatAsync("m", stream: true, leave.Token);
        Task<HttpResponseMessage> staying = router.ChatAsync("m", stream: true, Token);
        await Eventually.IsTrueAsync(() => router.Waker.Waiting.Sum(w => w.Waiting) == 2, "both wait");

        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving);
        await Eventually.IsTrueAsync(() => router.Waker.Waiting.Sum(w => w.Waiting) == 1, "one has left");
        agent.Load();

        using HttpResponseMessage response = await staying;
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(1, agent.Calls);
    }

    [Fact]
    public async Task Stream_ThatIsRejectedAfterItWasToldToWait_EndsWithThatError()
    {
        TaskCompletionSource beatSeen = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using ScriptedUpstream rejecting = new(
            async (request, stream, _, ct) =>
            {
                bool isCall = request.StartsWith("GET ", StringComparison.Ordinal);
                string body = isCall ? "{}" : """{"error":{"message":"too long","type":"t","code":"c"}}""";
                if (isCall)
                {
                    // It loads until the client has its first heartbeat.
                    await beatSeen.Task.WaitAsync(ct);
                }

                await stream.WriteAsync(
                    Encoding.UTF8.GetBytes(
                        $"HTTP/1.1 {(isCall ? 200 : 400)} X\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}"
                    ),
                    ct
                );
            }
        );
        await using RunningRouter router = await RunningRouter.StartAsync(
            new World().OnDemandModel("m", rejecting.Address).Policy("p", Policy(heartbeat: "50ms"))
        );

        using HttpResponseMessage response = await router.ChatAsync("p", stream: true, Token);
        beatSeen.TrySetResult();
        (string text, bool broke) = await RunningRouter.ReadAsync(response, Token);

        Assert.False(broke);
        Assert.Contains("too long", text, StringComparison.Ordinal);
        Assert.DoesNotContain("[DONE]", text, StringComparison.Ordinal);
    }

    private static RoutingPolicySpec Policy(
        string? maxWait = null,
        string heartbeat = "0s",
        int maxQueued = 64
    ) =>
        new()
        {
            Targets = [World.Local("m")],
            ColdStart = new ColdStart
            {
                MaxWait = maxWait is null ? null : Duration.Parse(maxWait),
                Heartbeat = Duration.Parse(heartbeat),
                MaxQueued = maxQueued,
            },
        };

    private static Task<HttpResponseMessage> AskAsync(
        RunningRouter router,
        string path,
        bool stream = true,
        string content = "count"
    )
    {
        string rest =
            path == "v1/responses"
                ? $"\"input\":\"{content}\""
                : $$"""
                    "max_tokens":99,"messages":[{"role":"user","content":"{{content}}"}]
                    """;
        HttpRequestMessage request = new(HttpMethod.Post, path)
        {
            Content = new StringContent(
                $$"""{"model":"p","stream":{{(stream ? "true" : "false")}},{{rest}}}""",
                Encoding.UTF8,
                "application/json"
            ),
        };
        return router.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
    }
}
