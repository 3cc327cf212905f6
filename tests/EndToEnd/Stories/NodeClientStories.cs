using System.Text.Json.Nodes;
using LlmOperator.EndToEnd.Harness;

namespace LlmOperator.EndToEnd.Stories;

/// <summary>
/// Unmodified clients from npm through the router to the real engine; what each is checked with stands in
/// <c>tests/EndToEnd/clients</c>.
/// </summary>
public sealed class NodeClientStories(UpWithDemoModel fixture) : IClassFixture<UpWithDemoModel>
{
    private const int FewestBehaviours = 10;

    [Theory]
    [InlineData("openai")]
    [InlineData("anthropic")]
    [InlineData("ollama")]
    [InlineData("langchain")]
    [InlineData("vercel")]
    [InlineData("mcp")]
    public async Task Client_EveryBehaviour_Holds(string client)
    {
        string? folder = Environment.GetEnvironmentVariable("LLMOP_CLIENTS");
        Assert.SkipWhen(
            string.IsNullOrEmpty(folder),
            "LLMOP_CLIENTS is not set; eng/fetch-clients prints it"
        );

        CommandResult result = await Command.RunAsync(
            "node",
            [Path.Combine(folder!, "run.mjs"), fixture.Up.Router.ToString(), client],
            input: null,
            TestContext.Current.CancellationToken
        );

        JsonNode[] behaviours =
        [
            .. result
                .Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonNode.Parse(line)!),
        ];
        Assert.True(behaviours.Length >= FewestBehaviours, $"{behaviours.Length} behaviours: {result.All}");
        Assert.All(behaviours, b => Assert.True(b["error"] is null, b.ToJsonString()));
    }
}
