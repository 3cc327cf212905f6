using System.Net;
using System.Text;
using LlmOperator.Router.Classification;
using LlmOperator.Router.Configuration;
using LlmOperator.Router.Forwarding;
using LlmOperator.Router.Policies;

namespace LlmOperator.Router.Tests.Forwarding;

public sealed class TokenCounterTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(100, 1, 7)]
    [InlineData(91, 1, 7)]
    // Far from the bound nobody is asked.
    [InlineData(80, 0, null)]
    [InlineData(120, 0, null)]
    public async Task Count_EstimateNearABound_AsksTheLoadedEngine(int estimate, int asked, int? expected)
    {
        await using ScriptedUpstream engine = Script.Whole("""{"tokens":[5,6,7]}""");

        int? tokens = await CountAsync(engine, estimate);

        // Three, and four for the template around the message.
        Assert.Equal(expected, tokens);
        Assert.Equal(asked, engine.Requests.Count);
        Assert.All(
            engine.Requests,
            r => Assert.Contains("{\"content\":\"\\nhello\"}", r, StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Count_EngineThatFails_LeavesTheEstimate()
    {
        await using ScriptedUpstream engine = Script.Status((int)HttpStatusCode.InternalServerError);

        Assert.Null(await CountAsync(engine, 100));
    }

    private static async Task<int?> CountAsync(ScriptedUpstream engine, int estimate)
    {
        LocalReplica replica = new("m-0", "n", engine.Address) { IsLoaded = true, ContextLength = 100 };
        LocalModel model = new(new("default", "m"), DateTimeOffset.UnixEpoch, [replica], null);
        using UpstreamClient upstream = new();
        TokenCounter counter = new(upstream, new RouterOptions(), TimeProvider.System);
        RequestFacts facts = new(() => "hello")
        {
            PromptTokens = estimate,
            ReadTexts = () => RequestTexts.Read(Encoding.UTF8.GetBytes("""{"prompt":"hello"}""")),
        };
        return await counter.CountAsync(new Route.OfModel(model), RoutingSnapshot.Empty, facts, Token);
    }
}
