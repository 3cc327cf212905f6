using System.ClientModel;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Router.Tests.Forwarding;
using LlmOperator.Telemetry.Prometheus;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Models;

namespace LlmOperator.Router.Tests.Serving;

/// <summary>The endpoints as clients see them, the official OpenAI client among them.</summary>
public sealed class ServingTests
{
    private const string Key = "a-key-of-enough-length";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OpenAIClient_ChatsStreamsAndLists()
    {
        await using ScriptedUpstream whole = Script.Whole();
        await using ScriptedUpstream streamed = Script.Streamed();
        await using RunningRouter router = await RunningRouter.StartAsync(
            new World().Model("whole", whole.Address).Model("streamed", streamed.Address)
        );
        OpenAIClientOptions options = new() { Endpoint = new Uri(router.Address, "v1") };
        OpenAIClient client = new(new ApiKeyCredential("unused"), options);

        ChatCompletion answer = await client
            .GetChatClient("whole")
            .CompleteChatAsync([new UserChatMessage("count")], null, Token);
        StringBuilder text = new();
        await foreach (
            StreamingChatCompletionUpdate update in client
                .GetChatClient("streamed")
                .CompleteChatStreamingAsync([new UserChatMessage("count")], null, Token)
        )
        {
            text.Append(string.Concat(update.ContentUpdate.Select(c => c.Text)));
        }

        OpenAIModelCollection models = await client.GetOpenAIModelClient().GetModelsAsync(Token);

        Assert.Equal("one two three", answer.Content[0].Text);
        Assert.Equal(3, answer.Usage.OutputTokenCount);
        Assert.Equal("one two three", text.ToString());
        Assert.Equal(["streamed", "whole"], models.Select(m => m.Id));
    }

    [Fact]
    public async Task Upstream_LocalReplica_GetsTheServingTokenAndNothingOfTheClients()
    {
        await using ScriptedUpstream upstream = Script.Whole();
        await using RunningRouter router = await RunningRouter.StartAsync(
            new World().Model("m", upstream.Address)
        );
        router.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer",
            "of-the-client"
        );
        router.Http.DefaultRequestHeaders.Add("Cookie", "session=1");

        using HttpResponseMessage response = await router.ChatAsync("m", stream: false, Token);

        string request = Assert.Single(upstream.Requests);
        Assert.StartsWith("POST /v1/chat/completions", request, StringComparison.Ordinal);
        Assert.Contains(
            $"Authorization: Bearer {RunningRouter.ServingToken}",
            request,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("of-the-client", request, StringComparison.Ordinal);
        Assert.DoesNotContain("session", request, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Upstream_Provider_GetsItsOwnKeyAndItsOwnModelName()
    {
        await using ScriptedUpstream upstream = Script.Whole();
        World world = new World()
            .Provider("cloud", upstream.Address + "v9", new SecretKeyReference { Name = "s", Key = "k" })
            .Secret("s", "k", "sk-cloud")
            .Policy("p", new RoutingPolicySpec { Targets = [World.Remote("cloud")] });
        await using RunningRouter router = await RunningRouter.StartAsync(world);

        using HttpResponseMessage response = await router.ChatAsync("p", stream: false, Token);

        string request = Assert.Single(upstream.Requests);
        Assert.StartsWith("POST /v9/chat/completions", request, StringComparison.Ordinal);
        Assert.Contains("Authorization: Bearer sk-cloud", request, StringComparison.Ordinal);
        Assert.Contains("\"model\":\"large-2026\"", request, StringComparison.Ordinal);
        Assert.DoesNotContain(RunningRouter.ServingToken, request, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Upstream_ModelNameThatIsNoHeaderText_IsAnsweredAllTheSame()
    {
        await using ScriptedUpstream upstream = Script.Whole();
        World world = new World()
            .Provider("cloud", upstream.Address + "v1", null, new ProviderModel { Name = "größe 😀" })
            .Policy("p", new RoutingPolicySpec { Targets = [World.Remote("cloud", "größe 😀")] });
        await using RunningRouter router = await RunningRouter.StartAsync(world);

        using HttpResponseMessage response = await router.ChatAsync("p", stream: false, Token);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.StartsWith(
            "provider/cloud/gr",
            response.Headers.GetValues("x-llm-route").Single(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Chat_UnknownModel_Is404ThatNamesTheNearest()
    {
        await using RunningRouter router = await RunningRouter.StartAsync(new World().Model("qwen-coder"));

        using HttpResponseMessage response = await router.ChatAsync("qwen-codr", stream: false, Token);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Contains(
            "qwen-coder",
            await response.Content.ReadAsStringAsync(Token),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Chat_ModelThatIsNotReady_SaysWhy()
    {
        await using RunningRouter router = await RunningRouter.StartAsync(
            new World().NotReadyModel("m", "Pulling", "43 %")
        );

        using HttpResponseMessage response = await router.ChatAsync("m", stream: true, Token);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Contains(
            "Pulling: 43 %",
            await response.Content.ReadAsStringAsync(Token),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Chat_BodyTooLong_Is413()
    {
        await using RunningRouter router = await RunningRouter.StartAsync(
            new World().Model("m"),
            new RouterOptions { MaxRequestBytes = 2048 }
        );
        using StringContent body = new(new string('x', 4096), Encoding.UTF8, "application/json");

        using HttpResponseMessage response = await router.Http.PostAsync("v1/chat/completions", body, Token);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Theory]
    [InlineData(null, HttpStatusCode.Unauthorized)]
    [InlineData("wrong-key-of-enough-length", HttpStatusCode.Unauthorized)]
    [InlineData(Key, HttpStatusCode.OK)]
    public async Task Keys_WhenSet_AreDemanded(string? key, HttpStatusCode expected)
    {
        await using RunningRouter router = await RunningRouter.StartAsync(
            new World(),
            new RouterOptions { ApiKeys = [Key] }
        );
        router.Http.DefaultRequestHeaders.Authorization = key is null
            ? null
            : new AuthenticationHeaderValue("Bearer", key);

        using HttpResponseMessage models = await router.Http.GetAsync("v1/models", Token);
        using HttpResponseMessage metrics = await router.Http.GetAsync("metrics", Token);
        using HttpResponseMessage health = await router.Http.GetAsync("healthz", Token);

        Assert.Equal(
            (expected, expected, HttpStatusCode.OK),
            (models.StatusCode, metrics.StatusCode, health.StatusCode)
        );
    }

    [Fact]
    public async Task MetricsToken_OpensMetricsAndNothingElse()
    {
        await using RunningRouter router = await RunningRouter.StartAsync(
            new World(),
            new RouterOptions { ApiKeys = [Key], MetricsToken = new MetricsToken("a-token-of-enough-length") }
        );
        router.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer",
            "a-token-of-enough-length"
        );

        using HttpResponseMessage metrics = await router.Http.GetAsync(
            new Uri(router.Address, "metrics"),
            Token
        );
        using HttpResponseMessage models = await router.Http.GetAsync(
            new Uri(router.Address, "v1/models"),
            Token
        );

        Assert.Equal(HttpStatusCode.OK, metrics.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, models.StatusCode);
    }

    [Fact]
    public async Task Host_ThatIsNotLoopback_IsRefusedWithoutKeys()
    {
        await using RunningRouter router = await RunningRouter.StartAsync(new World());
        using HttpRequestMessage request = new(HttpMethod.Get, "v1/models");
        request.Headers.Host = "evil.example.com";

        using HttpResponseMessage response = await router.Http.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Theory]
    [InlineData("https://evil.example.com", HttpStatusCode.Forbidden)]
    [InlineData("null", HttpStatusCode.Forbidden)]
    [InlineData("http://localhost:3000", HttpStatusCode.OK)]
    public async Task Origin_OfAForeignPage_IsRefusedWithoutKeys(string origin, HttpStatusCode expected)
    {
        await using RunningRouter router = await RunningRouter.StartAsync(new World());
        using HttpRequestMessage request = new(HttpMethod.Get, "v1/models");
        request.Headers.Add("Origin", origin);

        using HttpResponseMessage response = await router.Http.SendAsync(request, Token);

        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public void Options_BeyondLoopbackWithoutKeys_AreRefused()
    {
        RouterOptions options = new() { ListenAddress = new IPEndPoint(IPAddress.Any, 1) };

        ArgumentException error = Assert.Throws<ArgumentException>(options.Validate);

        Assert.Contains("without API keys", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_AfterRequests_CountThemWithoutContent()
    {
        await using ScriptedUpstream upstream = Script.Whole();
        await using RunningRouter router = await RunningRouter.StartAsync(
            new World().Model("m", upstream.Address)
        );
        using HttpResponseMessage answered = await router.ChatAsync("m", stream: false, Token);
        await answered.Content.ReadAsStringAsync(Token);

        string metrics = await router.Http.GetStringAsync("metrics", Token);

        Assert.Matches(
            "llmop_router_requests_total\\{[^}]*outcome=\"ok\"[^}]*target=\"model/m\"[^}]*\\} 1",
            metrics
        );
        Assert.Matches("llmop_router_tokens_total\\{[^}]*output[^}]*\\} 3", metrics);
        Assert.DoesNotContain("count\"", metrics, StringComparison.Ordinal);
    }
}
