using System.Net;
using System.Text;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Router.Tests.Forwarding;

namespace LlmOperator.Router.Tests.Serving;

public sealed class ContextBudgetServingTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ContextExceededAction.Refuse, HttpStatusCode.BadRequest)]
    [InlineData(ContextExceededAction.DropTools, HttpStatusCode.OK)]
    public async Task Chat_ToolsBeyondTheBudget_AreRefusedOrLeftOutAndTold(
        ContextExceededAction action,
        HttpStatusCode expected
    )
    {
        await using ScriptedUpstream upstream = Script.Whole();
        World world = new World()
            .Provider("cloud", upstream.Address + "v1")
            .Role(
                "coder",
                new WorkerRoleSpec
                {
                    Targets = [World.Remote("cloud")],
                    ContextBudget = new ContextBudget
                    {
                        Tools = new ContextShare { Tokens = 40 },
                        OnExceeded = action,
                    },
                }
            );
        await using RunningRouter router = await RunningRouter.StartAsync(world);
        using StringContent body = new(
            """
            {"model":"coder","messages":[{"role":"user","content":"count"}],"tools":[
            {"type":"function","function":{"name":"first","parameters":{"type":"object"}}},
            {"type":"function","function":{"name":"second","parameters":{"type":"object"}}},
            {"type":"function","function":{"name":"third","parameters":{"type":"object"}}}]}
            """,
            Encoding.UTF8,
            "application/json"
        );

        using HttpResponseMessage response = await router.Http.PostAsync("v1/chat/completions", body, Token);
        string text = await response.Content.ReadAsStringAsync(Token);

        Assert.Equal(expected, response.StatusCode);
        if (action == ContextExceededAction.Refuse)
        {
            Assert.Contains(
                "more than the 40 that contextBudget.tools of role",
                text,
                StringComparison.Ordinal
            );
            Assert.Empty(upstream.Requests);
        }
        else
        {
            string sent = Assert.Single(upstream.Requests);
            Assert.Contains("\"first\"", sent, StringComparison.Ordinal);
            Assert.DoesNotContain("\"third\"", sent, StringComparison.Ordinal);
            Assert.Contains(
                "tool third",
                response.Headers.GetValues("x-llm-dropped").Single(),
                StringComparison.Ordinal
            );
        }
    }
}
