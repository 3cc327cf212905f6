using System.Text;
using LlmOperator.Api.V1Alpha1;

namespace LlmOperator.Router.Tests.Forwarding;

/// <summary>Conversations stay where their beginning is in the cache.</summary>
public sealed class AffinityTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Chat_TurnsOfAConversation_GoToOneReplica()
    {
        await using ScriptedUpstream a = Script.Whole();
        await using ScriptedUpstream b = Script.Whole();
        await using ScriptedUpstream c = Script.Whole();
        await using RunningRouter router = await RunningRouter.StartAsync(
            new World().Model("m", a.Address, b.Address, c.Address)
        );
        HashSet<string> used = [];
        for (int conversation = 0; conversation < 12; conversation++)
        {
            string history = Message($"conversation {conversation}");
            HashSet<string> nodes = [];
            for (int turn = 0; turn < 4; turn++)
            {
                nodes.Add(await AskAsync(router, "m", history));
                history += "," + Message($"turn {turn}");
            }

            Assert.Single(nodes);
            used.UnionWith(nodes);
        }

        Assert.Equal(3, used.Count);
    }

    [Fact]
    public async Task Chat_SessionHeader_KeepsShortPromptsTogether()
    {
        await using ScriptedUpstream a = Script.Whole();
        await using ScriptedUpstream b = Script.Whole();
        await using RunningRouter router = await RunningRouter.StartAsync(
            new World().Model("m", a.Address, b.Address)
        );
        for (int session = 0; session < 6; session++)
        {
            HashSet<string> nodes = [];
            for (int i = 0; i < 6; i++)
            {
                nodes.Add(
                    await AskAsync(router, "m", "{\"role\":\"user\",\"content\":\"hi\"}", $"s{session}")
                );
            }

            Assert.Single(nodes);
        }
    }

    [Fact]
    public async Task Chat_PolicyWithRoundRobin_TakesReplicasInTurn()
    {
        await using ScriptedUpstream a = Script.Whole();
        await using ScriptedUpstream b = Script.Whole();
        RoutingPolicySpec spec = new()
        {
            Targets = [World.Local("m")],
            Balancing = BalancingStrategy.RoundRobin,
        };
        await using RunningRouter router = await RunningRouter.StartAsync(
            new World().Model("m", a.Address, b.Address).Policy("p", spec)
        );
        for (int i = 0; i < 6; i++)
        {
            await AskAsync(router, "p", Message("always the same"));
        }

        Assert.Equal((3, 3), (a.Requests.Count, b.Requests.Count));
    }

    private static string Message(string begin) =>
        $$"""{"role":"user","content":"{{begin}} {{new string('x', 400)}}"}""";

    private static async Task<string> AskAsync(
        RunningRouter router,
        string model,
        string messages,
        string? session = null
    )
    {
        using HttpRequestMessage request = new(HttpMethod.Post, "v1/chat/completions")
        {
            Content = new StringContent(
                $$"""{"messages":[{{messages}}],"model":"{{model}}"}""",
                Encoding.UTF8,
                "application/json"
            ),
        };
        if (session is not null)
        {
            request.Headers.Add("x-session-id", session);
        }

        using HttpResponseMessage response = await router.Http.SendAsync(request, Token);
        response.EnsureSuccessStatusCode();
        return response.Headers.GetValues("x-llm-route").Single().Split(';')[1];
    }
}
