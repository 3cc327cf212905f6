using System.Text;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Router.Policies;

namespace LlmOperator.Router.Tests.Policies;

public sealed class ContextBudgetTests
{
    // Each definition is 400 characters: 100 tokens by the estimate.
    private static string Tool(string name) =>
        $$$"""{"type":"function","function":{"name":"{{{name}}}","description":"{{{new string('x', 336)}}}"}}""";

    private static string Body(string extra = "", string system = "be brief") =>
        $$"""{"model":"coder","messages":[{"role":"system","content":"{{system}}"},{"role":"user","content":"hi"}],"tools":[{{Tool("a")}}, {{Tool("b")}} ,{{Tool("c")}}]{{extra}}}""";

    [Fact]
    public void Read_Request_CountsEachToolAndTheSystemPrompt()
    {
        PromptShares shares = PromptShares.Read(Encoding.UTF8.GetBytes(Body()), 7);

        Assert.Equal(["a", "b", "c"], shares.Tools.Select(t => t.Name));
        Assert.All(shares.Tools, t => Assert.Equal(100, t.Tokens, 3.0));
        Assert.InRange(shares.SystemTokens, 7 + (8 / 4.0), 25);
    }

    [Fact]
    public void Plan_ToolsOverTheShare_GoToTheLargerWindowOnly()
    {
        ContextBudget budget = new() { Tools = new ContextShare { Percent = 25 } };

        RoutePlan plan = Plan(budget, Body());

        Assert.Equal(["provider/big/large"], plan.Candidates.Select(c => c.Name));
        string refusal = Assert.Single(plan.Refusals);
        Assert.StartsWith(
            "provider \"small\" model \"large\": definitions of tools take about",
            refusal,
            StringComparison.Ordinal
        );
        Assert.Matches(
            "about (29[0-9]|30[0-9]) tokens, (4[0-9]|5[0-9]) more than the 250 that contextBudget.tools of role \"coder\"",
            refusal
        );
    }

    [Fact]
    public void Plan_ToolsOverTheShareEverywhere_IsRejectedAndNotTried()
    {
        RoutePlan plan = Plan(new ContextBudget { Tools = new ContextShare { Tokens = 50 } }, Body());

        Assert.Empty(plan.Candidates);
        Assert.Equal("context_length_exceeded", plan.Rejection?.Code);
    }

    [Fact]
    public void Plan_DropTools_KeepsTheFirstThatFit()
    {
        ContextBudget budget = new()
        {
            Tools = new ContextShare { Percent = 25 },
            OnExceeded = ContextExceededAction.DropTools,
        };

        RoutePlan plan = Plan(budget, Body());

        Assert.Equal(["c"], plan.Candidates.Single(c => c.Name == "provider/small/large").DroppedTools);
        Assert.Empty(plan.Candidates.Single(c => c.Name == "provider/big/large").DroppedTools);
    }

    [Fact]
    public void Plan_DropToolsWithAForcedToolAtTheEnd_IsNotDropped()
    {
        ContextBudget budget = new()
        {
            Tools = new ContextShare { Percent = 25 },
            OnExceeded = ContextExceededAction.DropTools,
        };

        RoutePlan plan = Plan(budget, Body(""","tool_choice":{"type":"function","function":{"name":"c"}}"""));

        Assert.Equal(["provider/big/large"], plan.Candidates.Select(c => c.Name));
    }

    [Fact]
    public void Plan_SystemPromptOverTheShare_IsRefusedThere()
    {
        ContextBudget budget = new()
        {
            System = new ContextShare { Percent = 10 },
            OnExceeded = ContextExceededAction.DropTools,
        };

        RoutePlan plan = Plan(budget, Body(system: new string('s', 800)));

        Assert.Equal(["provider/big/large"], plan.Candidates.Select(c => c.Name));
        Assert.Contains("the system prompt takes about", plan.Refusals[0], StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutLastTools_LeavesSoundJsonWithTheFirstOnes()
    {
        byte[] json = Encoding.UTF8.GetBytes(Body(""","stream":false"""));

        byte[] trimmed = PromptShares.Read(json, 0).WithoutLastTools(json, 2);

        PromptShares shares = PromptShares.Read(trimmed, 0);
        Assert.Equal(["a"], shares.Tools.Select(t => t.Name));
        Assert.EndsWith("],\"stream\":false}", Encoding.UTF8.GetString(trimmed), StringComparison.Ordinal);
    }

    private static RoutePlan Plan(ContextBudget budget, string body)
    {
        var snapshot = new World()
            .Provider(
                "small",
                "https://api.example.com/v1",
                null,
                new ProviderModel { Name = "large", ContextLength = 1000 }
            )
            .Provider(
                "big",
                "https://api.example.org/v1",
                null,
                new ProviderModel { Name = "large", ContextLength = 8000 }
            )
            .Role(
                "coder",
                new WorkerRoleSpec
                {
                    Targets = [World.Remote("small"), World.Remote("big")],
                    ContextBudget = budget,
                }
            )
            .Snapshot;
        byte[] json = Encoding.UTF8.GetBytes(body);
        RequestFacts facts = new(() => "")
        {
            PromptTokens = 400,
            HasTools = true,
            RoleName = "coder",
            ReadShares = () => PromptShares.Read(json, 0),
        };
        return RoutePlanner.Build(
            Route.Find(snapshot, "coder", "default")!,
            snapshot,
            facts,
            KnownFigures.None,
            () => new Random(1)
        );
    }
}
