using System.Net;
using System.Text;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Router.Tests.Forwarding;
using LlmOperator.Router.Tracing;

namespace LlmOperator.Router.Tests.Tracing;

/// <summary>What a collector gets of requests.</summary>
[Collection(nameof(TracingCollection))]
public sealed class OtlpTests
{
    private const string Prompt = "a prompt that nobody else may read";
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";
    private const string Parent = "b7ad6b7169203331";
    private const string Answer = """
        {"id":"chatcmpl-7","model":"weights-1","choices":[{"index":0,"message":{"role":"assistant","content":"an answer that nobody else may read"},"finish_reason":"stop"}],"usage":{"prompt_tokens":11,"completion_tokens":7,"prompt_tokens_details":{"cached_tokens":4}}}
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Chat_Answered_SpanHasTheConventionsAttributesAndNoContent()
    {
        await using ScriptedUpstream engine = Script.Whole(Answer);
        await using OtlpCollector collector = await OtlpCollector.StartAsync();
        await using RunningRouter router = await RunningRouter.StartAsync(
            new World().Model("m", engine.Address)
        );

        HttpStatusCode status = await ExportedAsync(collector, router, "m");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("llm-router", collector.Resource["service.name"]);
        ReceivedSpan request = collector.Spans.Single(s => s.ParentId == Parent);
        ReceivedSpan attempt = collector.Spans.Single(s => s.ParentId == request.Id);
        Assert.Equal(2, collector.Spans.Count);
        Assert.Equal(
            ("chat m", 2, Trace, false),
            (request.Name, request.Kind, request.TraceId, request.IsError)
        );
        AssertHas(
            request.Attributes,
            ("gen_ai.operation.name", "chat"),
            ("gen_ai.provider.name", "llm_operator"),
            ("gen_ai.request.model", "m"),
            ("gen_ai.request.max_tokens", "50"),
            ("gen_ai.response.model", "weights-1"),
            ("gen_ai.response.id", "chatcmpl-7"),
            ("gen_ai.response.finish_reasons", "stop"),
            ("gen_ai.usage.input_tokens", "11"),
            ("gen_ai.usage.output_tokens", "7"),
            ("gen_ai.usage.cache_read.input_tokens", "4"),
            ("server.address", "127.0.0.1"),
            ("server.port", engine.Address.Port.ToString()),
            ("http.response.status_code", "200"),
            ("llmop.outcome", "ok"),
            ("llmop.route.target", "model/m"),
            ("llmop.route.attempts", "1")
        );
        Assert.DoesNotContain("error.type", request.Attributes.Keys);
        Assert.Equal(
            ("chat m", 3, Trace, false),
            (attempt.Name, attempt.Kind, attempt.TraceId, attempt.IsError)
        );
        Assert.Contains($"traceparent: 00-{Trace}-{attempt.Id}-01", engine.Requests.Single());
        Assert.DoesNotContain("nobody else may read", collector.Raw);
    }

    [Fact]
    public async Task Chat_FirstTargetFails_EachAttemptIsASpanAndProvidersGetNoContext()
    {
        await using ScriptedUpstream failing = Script.Status(
            500,
            $$$"""{"error":{"message":"cannot work on: {{{Prompt}}}"}}"""
        );
        await using ScriptedUpstream good = Script.Whole(Answer);
        await using OtlpCollector collector = await OtlpCollector.StartAsync();
        await using RunningRouter router = await RunningRouter.StartAsync(
            new World()
                .Provider("first", failing.Address + "v1")
                .Provider("second", good.Address + "v1")
                .Policy(
                    "p",
                    new RoutingPolicySpec
                    {
                        Mode = RoutingMode.CloudFirst,
                        Targets = [World.Remote("first"), World.Remote("second")],
                    }
                )
        );

        await ExportedAsync(collector, router, "p");

        ReceivedSpan request = collector.Spans.Single(s => s.ParentId == Parent);
        Dictionary<string, ReceivedSpan> attempts = collector
            .Spans.Where(s => s.ParentId == request.Id)
            .ToDictionary(s => s.Attributes["llmop.attempt"]);
        Assert.Equal(2, attempts.Count);
        Assert.True(attempts["1"].IsError);
        AssertHas(
            attempts["1"].Attributes,
            ("error.type", "500"),
            ("http.response.status_code", "500"),
            ("server.port", failing.Address.Port.ToString())
        );
        Assert.False(attempts["2"].IsError);
        Assert.False(request.IsError);
        AssertHas(
            request.Attributes,
            ("gen_ai.provider.name", "openai"),
            ("server.port", good.Address.Port.ToString()),
            ("llmop.route.policy", "default/p"),
            ("llmop.route.mode", "CloudFirst"),
            ("llmop.route.attempts", "2")
        );
        Assert.DoesNotContain("traceparent", failing.Requests.Single(), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("traceparent", good.Requests.Single(), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("nobody else may read", collector.Raw);
    }

    [Fact]
    public async Task Chat_UnknownModel_SpanSaysThatItWasRefused()
    {
        await using OtlpCollector collector = await OtlpCollector.StartAsync();
        await using RunningRouter router = await RunningRouter.StartAsync(new World());

        HttpStatusCode status = await ExportedAsync(collector, router, "unknown");

        Assert.Equal(HttpStatusCode.NotFound, status);
        ReceivedSpan request = Assert.Single(collector.Spans);
        Assert.True(request.IsError);
        AssertHas(
            request.Attributes,
            ("error.type", "model_not_found"),
            ("http.response.status_code", "404"),
            ("llmop.outcome", "refused")
        );
        Assert.DoesNotContain("nobody else may read", collector.Raw);
    }

    [Fact]
    public async Task Chat_OnlyTargetIsGone_SpanSaysThatNobodyAnswered()
    {
        await using OtlpCollector collector = await OtlpCollector.StartAsync();
        using DeafPort gone = new();
        await using RunningRouter router = await RunningRouter.StartAsync(
            new World().Model("m", gone.Address)
        );

        HttpStatusCode status = await ExportedAsync(collector, router, "m");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        ReceivedSpan request = collector.Spans.Single(s => s.ParentId == Parent);
        AssertHas(request.Attributes, ("error.type", "no_target"), ("http.response.status_code", "503"));
        Assert.All(
            collector.Spans.Where(s => s.ParentId == request.Id),
            s => AssertHas(s.Attributes, ("error.type", "connection_error"))
        );
    }

    [Fact]
    public async Task Chat_Streamed_SpanHasTheFirstTokenAndMetricsTheConventionsNames()
    {
        await using ScriptedUpstream engine = Script.Streamed(
            of:
            [
                .. Script.Frames.SkipLast(1),
                Script.Event("""{"choices":[],"usage":{"prompt_tokens":11,"completion_tokens":3}}"""),
                Script.Frames[^1],
            ]
        );
        await using OtlpCollector collector = await OtlpCollector.StartAsync();
        await using RunningRouter router = await RunningRouter.StartAsync(
            new World().Model("m", engine.Address)
        );

        await ExportedAsync(collector, router, "m", stream: true);

        ReceivedSpan request = collector.Spans.Single(s => s.ParentId == Parent);
        Assert.Equal(["llmop.first_token"], request.Events);
        AssertHas(
            request.Attributes,
            ("gen_ai.response.finish_reasons", "stop"),
            ("gen_ai.usage.output_tokens", "3")
        );
        IReadOnlyList<ReceivedPoint> points = [.. collector.Histograms.Where(h => h.Count > 0)];
        Assert.Equal(
            [
                "gen_ai.client.token.usage",
                "gen_ai.client.token.usage",
                "gen_ai.server.request.duration",
                "gen_ai.server.time_per_output_token",
                "gen_ai.server.time_to_first_token",
            ],
            points.Select(p => p.Metric).Order(StringComparer.Ordinal)
        );
        Assert.All(
            points,
            p =>
                AssertHas(
                    p.Attributes,
                    ("gen_ai.operation.name", "chat"),
                    ("gen_ai.provider.name", "llm_operator"),
                    ("gen_ai.request.model", "m")
                )
        );
        Assert.Equal(
            ["input", "output"],
            points.Select(p => p.Attributes.GetValueOrDefault("gen_ai.token.type")).OfType<string>().Order()
        );
    }

    [Fact]
    public async Task Chat_NothingExported_LocalEnginesGetTheCallersContextAsItIs()
    {
        await using ScriptedUpstream engine = Script.Whole();
        await using RunningRouter router = await RunningRouter.StartAsync(
            new World().Model("m", engine.Address)
        );

        using HttpResponseMessage response = await SendAsync(router, "m", stream: false);

        Assert.Contains($"traceparent: 00-{Trace}-{Parent}-01", engine.Requests.Single());
        Assert.Contains("tracestate: vendor=1", engine.Requests.Single());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Chat_Provider_GetsTheContextOnlyWhereItIsDeclared(bool gets)
    {
        await using ScriptedUpstream cloud = Script.Whole();
        RoutingPolicySpec spec = new() { Mode = RoutingMode.CloudOnly, Targets = [World.Remote("cloud")] };
        World world = new World().Provider("cloud", cloud.Address + "v1").Policy("p", spec);
        await using RunningRouter router = await RunningRouter.StartAsync(
            gets ? world.SendTraceContexts() : world
        );

        using HttpResponseMessage response = await SendAsync(router, "p", stream: false);

        Assert.Equal(
            gets,
            cloud.Requests.Single().Contains($"traceparent: 00-{Trace}-{Parent}-01", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Chat_ContextThatIsNone_IsNotPassedOn()
    {
        await using ScriptedUpstream engine = Script.Whole();
        await using RunningRouter router = await RunningRouter.StartAsync(
            new World().Model("m", engine.Address)
        );

        using HttpResponseMessage response = await SendAsync(
            router,
            "m",
            stream: false,
            traceParent: "nonsense"
        );

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.DoesNotContain("traceparent", engine.Requests.Single(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Chat_CollectorIsAway_IsAnsweredAllTheSame()
    {
        await using ScriptedUpstream engine = Script.Whole();
        await using RunningRouter router = await RunningRouter.StartAsync(
            new World().Model("m", engine.Address)
        );
        using DeafPort gone = new();
        using OtlpExport? export = OtlpExport.Start(new OtlpOptions { Endpoint = gone.Address });

        using HttpResponseMessage response = await SendAsync(router, "m", stream: false);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private static async Task<HttpStatusCode> ExportedAsync(
        OtlpCollector collector,
        RunningRouter router,
        string model,
        bool stream = false
    )
    {
        // What is left is sent when the export ends.
        using OtlpExport? export = OtlpExport.Start(new OtlpOptions { Endpoint = collector.Address });
        using HttpResponseMessage response = await SendAsync(router, model, stream);
        await RunningRouter.ReadAsync(response, Token);
        // The span ends after the answer: a router that has stopped has no request left.
        await router.LeaveAsync(Token);
        return response.StatusCode;
    }

    private static Task<HttpResponseMessage> SendAsync(
        RunningRouter router,
        string model,
        bool stream,
        string traceParent = $"00-{Trace}-{Parent}-01"
    )
    {
        HttpRequestMessage request = new(HttpMethod.Post, "v1/chat/completions")
        {
            Content = new StringContent(
                $$"""{"model":"{{model}}","stream":{{(stream ? "true" : "false")}},"max_tokens":50,"messages":[{"role":"user","content":"{{Prompt}}"}]}""",
                Encoding.UTF8,
                "application/json"
            ),
        };
        request.Headers.Add("traceparent", traceParent);
        request.Headers.Add("tracestate", "vendor=1");
        return router.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
    }

    private static void AssertHas(
        IReadOnlyDictionary<string, string> attributes,
        params (string Name, string Value)[] expected
    ) => Assert.All(expected, e => Assert.Equal(e.Value, attributes.GetValueOrDefault(e.Name)));
}
