using System.Net;
using System.Text.Json.Nodes;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Router.Tests.Forwarding;

/// <summary>What one request learns of a target, the others know.</summary>
public sealed class BreakerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Chat_BlackHoleFirst_CostsOneTimeOutAndNotOneARequest(bool local)
    {
        await using ScriptedUpstream hole = Script.Hang();
        await using ScriptedUpstream good = Script.Streamed();
        await using RunningRouter router = await StartAsync(hole, good, local);
        string last = "";
        for (int i = 0; i < 8; i++)
        {
            using HttpResponseMessage response = await router.ChatAsync("p", stream: true, Token);
            (string text, _) = await RunningRouter.ReadAsync(response, Token);
            Assert.Equal(string.Concat(Script.Frames), text);
            last = response.Headers.GetValues("x-request-id").Single();
        }

        Assert.Single(hole.Requests);
        JsonNode decision = JsonNode.Parse(
            await router.Http.GetStringAsync(new Uri($"router/decisions/{last}", UriKind.Relative), Token)
        )!;
        Assert.Contains(
            decision["tried"]!.AsArray(),
            t => ((string)t!).Contains("left alone for another", StringComparison.Ordinal)
        );
        string metrics = await router.Http.GetStringAsync(new Uri("metrics", UriKind.Relative), Token);
        Assert.Contains("llmop_router_breaker_state", metrics, StringComparison.Ordinal);
        Assert.Matches("llmop_router_breaker_state{.*} 2", metrics);
    }

    [Fact]
    public async Task Chat_TargetThatSaidWhenToAskAgain_IsNotAskedBefore()
    {
        await using ScriptedUpstream limited = Script.Status(429, headers: "Retry-After: 600\r\n");
        await using ScriptedUpstream good = Script.Whole();
        await using RunningRouter router = await StartAsync(limited, good, local: false);
        for (int i = 0; i < 4; i++)
        {
            using HttpResponseMessage response = await router.ChatAsync("p", stream: false, Token);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        Assert.Single(limited.Requests);
    }

    [Fact]
    public async Task Chat_OnlyTargetSaidWhenToAskAgain_Is429WithTheRest()
    {
        await using ScriptedUpstream limited = Script.Status(
            429,
            headers: $"Retry-After: {DateTimeOffset.UtcNow.AddSeconds(90):R}\r\n"
        );
        await using RunningRouter router = await RunningRouter.StartAsync(
            new World().Model("m", limited.Address)
        );
        using HttpResponseMessage first = await router.ChatAsync("m", stream: false, Token);
        using HttpResponseMessage second = await router.ChatAsync("m", stream: false, Token);

        Assert.Equal(HttpStatusCode.TooManyRequests, second.StatusCode);
        Assert.InRange(second.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 30, 90);
        Assert.Single(limited.Requests);
    }

    [Fact]
    public async Task Chat_OnlyReplicaRefusesConnections_IsAskedAllTheSame()
    {
        await using ScriptedUpstream resetting = Script.HalfBody(Ending.Reset);
        await using RunningRouter router = await RunningRouter.StartAsync(
            new World().Model("m", resetting.Address)
        );
        for (int i = 0; i < 3; i++)
        {
            using HttpResponseMessage response = await router.ChatAsync("m", stream: false, Token);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        }

        Assert.Equal(3, resetting.Requests.Count);
    }

    private static Task<RunningRouter> StartAsync(ScriptedUpstream first, ScriptedUpstream second, bool local)
    {
        RoutingPolicySpec spec = new()
        {
            Mode = local ? RoutingMode.LocalFirst : RoutingMode.CloudFirst,
            Targets = local
                ? [World.Local("first"), World.Local("second")]
                : [World.Remote("first"), World.Remote("second")],
            Limits = new RoutingLimits
            {
                FirstToken = Duration.Parse("300ms"),
                Breaker = new BreakerLimits { Open = Duration.Parse("10m"), MaxOpen = Duration.Parse("10m") },
            },
        };
        return RunningRouter.StartAsync(
            new World()
                .Model("first", first.Address)
                .Model("second", second.Address)
                .Provider("first", first.Address + "v1")
                .Provider("second", second.Address + "v1")
                .Policy("p", spec)
        );
    }
}
