using System.Net;
using System.Text.Json.Nodes;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Router.Accounting.Decisions;
using LlmOperator.Router.Tests.Forwarding;

namespace LlmOperator.Router.Tests.Serving;

/// <summary>The router says why.</summary>
public sealed class InsightTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Decision_OfARequest_NamesRuleCandidatesRefusalsAndAttemptsWithoutContent()
    {
        await using ScriptedUpstream broken = Script.Status(500);
        await using ScriptedUpstream cloud = Script.Whole();
        RoutingRule rule = new()
        {
            Name = "easy",
            Match = new RoutingMatch
            {
                Complexity = new ScoreRange { Below = 50 },
                Keywords = ["count"],
            },
            Targets = [World.Local("m"), World.Local("missing")],
        };
        World world = new World()
            .Model("m", broken.Address)
            .Provider("cloud", cloud.Address + "v1")
            .Policy(
                "p",
                new RoutingPolicySpec
                {
                    Rules = [rule],
                    Fallback = [World.Remote("cloud")],
                    DataClasses = [new DataClassRule { Name = DataClasses.Secret }],
                }
            );
        await using RunningRouter router = await RunningRouter.StartAsync(world);

        using HttpResponseMessage response = await router.ChatAsync("p", stream: false, Token);
        await response.Content.ReadAsStringAsync(Token);
        string id = response.Headers.GetValues("x-request-id").Single();
        string text = await router.Http.GetStringAsync($"router/decisions/{Uri.EscapeDataString(id)}", Token);
        JsonNode decision = JsonNode.Parse(text)!;

        Assert.Equal(
            ("default/p", "easy", "LocalFirst", "ok", "provider/cloud/large"),
            (
                (string?)decision["policy"],
                (string?)decision["rule"],
                (string?)decision["mode"],
                (string?)decision["outcome"],
                (string?)decision["target"]
            )
        );
        Assert.Equal(
            ["model/m", "provider/cloud/large"],
            decision["candidates"]!.AsArray().Select(c => (string)c!["name"]!)
        );
        Assert.Equal(
            ["model \"missing\" does not exist"],
            decision["refused"]!.AsArray().Select(r => (string)r!)
        );
        Assert.Equal(
            ["model/m on node-of-m-0: failed with 500", "provider/cloud/large: answered"],
            decision["tried"]!.AsArray().Select(t => (string)t!)
        );
        Assert.Equal(5, decision["complexity"]!["terms"]!.AsArray().Count);
        Assert.Equal((5, 3), ((int)decision["inputTokens"]!, (int)decision["outputTokens"]!));
        Assert.DoesNotContain("one two three", text, StringComparison.Ordinal);
        Assert.Equal(
            "provider/cloud/large; rule=easy; mode=LocalFirst; reason=fallback; attempt=2; refused=1",
            response.Headers.GetValues("x-llm-route").Single()
        );
    }

    [Fact]
    public async Task Decision_OfAnUnknownRequest_Is404()
    {
        await using RunningRouter router = await RunningRouter.StartAsync(new World());

        using HttpResponseMessage response = await router.Http.GetAsync(
            new Uri(router.Address, "router/decisions/nobody"),
            Token
        );

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task Decisions_AreNotShownWithoutAKey()
    {
        await using RunningRouter router = await RunningRouter.StartAsync(
            new World(),
            new RouterOptions { ApiKeys = ["a-key-of-enough-length"] }
        );

        using HttpResponseMessage decision = await router.Http.GetAsync(
            new Uri(router.Address, "router/decisions/x"),
            Token
        );
        using HttpResponseMessage statistics = await router.Http.GetAsync(
            new Uri(router.Address, "router/statistics"),
            Token
        );

        Assert.Equal(
            (HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized),
            (decision.StatusCode, statistics.StatusCode)
        );
    }

    [Fact]
    public async Task Statistics_AfterAStream_ShowItsTarget()
    {
        await using ScriptedUpstream upstream = Script.Streamed();
        await using RunningRouter router = await RunningRouter.StartAsync(
            new World().Model("m", upstream.Address)
        );
        using HttpResponseMessage response = await router.ChatAsync("m", stream: true, Token);
        await RunningRouter.ReadAsync(response, Token);

        JsonNode? target = null;
        for (int i = 0; i < 100 && target is null; i++)
        {
            // The stream's end reaches the client a moment before the router has counted it.
            target = JsonNode.Parse(await router.Http.GetStringAsync("router/statistics", Token))!["targets"]!
                .AsArray()
                .FirstOrDefault();
        }

        Assert.Equal("model/m", (string?)target!["name"]);
        Assert.Equal(1, (int)target["firstToken"]!["samples"]!);
    }

    [Fact]
    public void Ring_WhenFull_DropsTheOldest()
    {
        DecisionRing ring = new(size: 2);
        foreach (string id in new[] { "a", "b", "c" })
        {
            ring.Add(
                new RouteDecision
                {
                    Id = id,
                    Time = DateTimeOffset.UnixEpoch,
                    Caller = "local",
                    Model = "m",
                    Mode = "LocalFirst",
                    Outcome = "ok",
                }
            );
        }

        Assert.Null(ring.Find("a"));
        Assert.Equal(("b", "c"), (ring.Find("b")?.Id, ring.Find("c")?.Id));
    }
}
