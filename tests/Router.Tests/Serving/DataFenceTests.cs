using System.Net;
using System.Text;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Router.Tests.Forwarding;

namespace LlmOperator.Router.Tests.Serving;

/// <summary>What may not leave, over real sockets: the provider counts every byte that it gets.</summary>
public sealed class DataFenceTests
{
    private const string Card = "4111 1111 1111 1111";

    // No port or length in a head looks like it.
    private const string PartOfCard = "111 1";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Chat_ForbiddenClass_NeverReachesAProviderThoughNothingElseAnswers()
    {
        await using ScriptedUpstream cloud = Script.Whole();
        await using ScriptedUpstream broken = Script.Status(500);
        await using RunningRouter router = await RunningRouter.StartAsync(
            World(broken, cloud, DataLeaving.Forbidden)
        );

        using HttpResponseMessage response = await ChatAsync(router, $"Charge {Card}", stream: false);
        string text = await response.Content.ReadAsStringAsync(Token);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Contains("PersonalData (card), which may not leave", text, StringComparison.Ordinal);
        Assert.DoesNotContain(PartOfCard, text, StringComparison.Ordinal);
        Assert.Single(broken.Requests);
        Assert.Empty(cloud.Requests);
    }

    [Fact]
    public async Task Chat_ClassOfTheHeader_NeverReachesAProvider()
    {
        await using ScriptedUpstream cloud = Script.Whole();
        await using ScriptedUpstream broken = Script.Status(500);
        await using RunningRouter router = await RunningRouter.StartAsync(
            World(broken, cloud, DataLeaving.Allowed)
        );
        router.Http.DefaultRequestHeaders.Add("x-llm-data-class", "Confidential");

        using HttpResponseMessage response = await ChatAsync(router, "hello", stream: false);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Empty(cloud.Requests);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Chat_RedactedClass_LeavesAsAPlaceholderAndComesBackAsItself(bool stream)
    {
        const string Whole =
            """{"choices":[{"index":0,"message":{"role":"assistant","content":"Charged [[CARD_1]]."}}],"usage":{"prompt_tokens":5,"completion_tokens":3}}""";
        string[] pieces = ["Charged [", "[CAR", "D_1]", "]."];
        await using ScriptedUpstream cloud = stream ? Script.StreamOf(pieces) : Script.Whole(Whole);
        await using ScriptedUpstream broken = Script.Status(500);
        await using RunningRouter router = await RunningRouter.StartAsync(
            World(broken, cloud, DataLeaving.Redacted)
        );

        using HttpResponseMessage response = await ChatAsync(router, $"Charge {Card} now", stream);
        (string text, _) = await RunningRouter.ReadAsync(response, Token);

        string sent = Assert.Single(cloud.Requests);
        Assert.Contains("Charge [[CARD_1]] now", sent, StringComparison.Ordinal);
        Assert.DoesNotContain(PartOfCard, sent, StringComparison.Ordinal);
        // The local model, which was tried first, got the text as it is.
        Assert.Contains(Card, Assert.Single(broken.Requests), StringComparison.Ordinal);
        Assert.Contains(Card, text, StringComparison.Ordinal);
        Assert.DoesNotContain("CARD_1", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Chat_ProviderRejectsARedactedRequest_TheClientReadsItsOwnText(bool stream)
    {
        const string Error =
            "{\"error\":{\"message\":\"[[CARD_1]] is no card that I charge\",\"type\":\"invalid_request_error\",\"code\":\"bad_card\"}}";
        await using ScriptedUpstream cloud = Script.Status(400, Error);
        await using ScriptedUpstream broken = Script.Status(500);
        await using RunningRouter router = await RunningRouter.StartAsync(
            World(broken, cloud, DataLeaving.Redacted)
        );

        using HttpResponseMessage response = await ChatAsync(router, $"Charge {Card} now", stream);
        string text = await response.Content.ReadAsStringAsync(Token);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.DoesNotContain(PartOfCard, Assert.Single(cloud.Requests), StringComparison.Ordinal);
        Assert.Contains($"{Card} is no card that I charge", text, StringComparison.Ordinal);
        Assert.DoesNotContain("CARD_1", text, StringComparison.Ordinal);
    }

    private static World World(ScriptedUpstream local, ScriptedUpstream cloud, DataLeaving leaving) =>
        new World()
            .Model("m", local.Address)
            .Provider("cloud", cloud.Address + "v1")
            .Policy(
                "p",
                new RoutingPolicySpec
                {
                    Targets = [Tests.World.Local("m")],
                    Fallback = [Tests.World.Remote("cloud")],
                    DataClasses = [new DataClassRule { Name = DataClasses.PersonalData, Leaving = leaving }],
                }
            );

    private static Task<HttpResponseMessage> ChatAsync(RunningRouter router, string text, bool stream)
    {
        StringContent body = new(
            $$"""{"model":"p","stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"{{text}}"}]}""",
            Encoding.UTF8,
            "application/json"
        );
        HttpRequestMessage request = new(HttpMethod.Post, "v1/chat/completions") { Content = body };
        return router.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
    }
}
