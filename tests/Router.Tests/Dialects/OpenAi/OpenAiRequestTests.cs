using System.Text;
using System.Text.Json.Nodes;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Router.Dialects.OpenAi;
using LlmOperator.Router.Forwarding;

namespace LlmOperator.Router.Tests.Dialects.OpenAi;

public sealed class OpenAiRequestTests
{
    private static readonly RequestDefaults s_defaults = RequestDefaults.Of(
        new WorkerRoleSpec
        {
            SystemPrompt = "Be \"brief\" 😀",
            Sampling = new SamplingDefaults
            {
                Temperature = "0.2",
                TopP = "0.9",
                MaxTokens = 64,
            },
        }
    );

    [Fact]
    public void Parse_Chat_FindsWhatRoutingNeeds()
    {
        OpenAiRequest request = Parse(
            """{"messages":[{"role":"system","content":"s"},{"role":"user","content":[{"type":"text","text":"one"},{"type":"image_url","image_url":{"url":"data:xyz"}},{"type":"text","text":"two"}]}],"model":"m","stream":true,"tools":[{"x":1}],"max_tokens":5}"""
        );

        Assert.Equal(
            ("m", true, true, true, 5),
            (request.Model, request.Stream, request.HasTools, request.HasSystemMessage, request.MaxTokens)
        );
        Assert.Equal("one\ntwo", request.ReadUserText());
    }

    [Theory]
    [InlineData("", "not valid JSON")]
    [InlineData("[]", "must be a JSON object")]
    [InlineData("""{"messages":[{"role":"user","content":"x"}]}""", "\"model\" is required")]
    [InlineData("""{"model":"m"}""", "\"messages\" is required")]
    [InlineData("""{"model":"m","messages":[]}""", "must not be empty")]
    [InlineData("""{"model":"m","messages":"x"}""", "must be a list")]
    [InlineData("""{"model":"m","messages":[1]}""", "must be an object")]
    [InlineData("""{"model":"m","model":"n","messages":[{}]}""", "given twice")]
    [InlineData("""{"model":7,"messages":[{}]}""", "must be a string")]
    [InlineData("""{"model":"m","messages":[{}],"stream":"yes"}""", "true or false")]
    [InlineData("""{"model":"m","messages":[{}],"n":1000}""", "from 1 to 8")]
    [InlineData("""{"model":"m","messages":[{}],"n_discard":-5}""", "from 0 to 0")]
    [InlineData("""{"model":"m","messages":[{}]} x""", "not valid JSON")]
    [InlineData("""{"model":"m","messages":[{}]""", "not valid JSON")]
    public void Parse_BadRequest_SaysWhatIsWrong(string body, string expected)
    {
        InvalidRequestException error = Assert.Throws<InvalidRequestException>(() => Parse(body));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Equal(400, error.Error.Status);
    }

    [Theory]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"hi 😀"}],"x-unknown":{"a":[1.50]}}""")]
    [InlineData(
        """{ "x-unknown" : {"a":[1.50]}, "messages" : [ {"role":"user","content":"hi 😀"} ] , "model" : "m" }"""
    )]
    public void Apply_RoleDefaults_AddsWhatTheClientDoesNotSayAndKeepsTheRest(string body)
    {
        JsonNode patched = Patch(Parse(body), s_defaults);

        Assert.Equal("upstream", (string?)patched["model"]);
        Assert.Equal("0.2 0.9 64", $"{patched["temperature"]} {patched["top_p"]} {patched["max_tokens"]}");
        Assert.Equal("[1.50]", patched["x-unknown"]!["a"]!.ToJsonString());
        Assert.Equal(
            ["Be \"brief\" 😀", "hi 😀"],
            patched["messages"]!.AsArray().Select(m => (string?)m!["content"])
        );
    }

    [Fact]
    public void Apply_ClientSaysItself_NothingIsAdded()
    {
        JsonNode patched = Patch(
            Parse(
                """{"model":"m","messages":[{"role":"system","content":"mine"},{"role":"user","content":"hi"}],"temperature":1,"top_p":1,"max_completion_tokens":3}"""
            ),
            s_defaults
        );

        Assert.Equal("mine", (string?)patched["messages"]![0]!["content"]);
        Assert.Equal(2, patched["messages"]!.AsArray().Count);
        Assert.Equal(
            ("1", "1", null),
            (
                patched["temperature"]!.ToString(),
                patched["top_p"]!.ToString(),
                patched["max_tokens"]?.ToString()
            )
        );
    }

    [Theory]
    [InlineData("""{"choices":[{"delta":{"role":"assistant","content":null}}]}""", false)]
    [InlineData("""{"choices":[{"delta":{"role":"assistant","content":""},"finish_reason":null}]}""", false)]
    [InlineData("""{"choices":[{"delta":{"content":"x"}}]}""", true)]
    [InlineData(
        """{"choices":[{"delta":{"tool_calls":[{"function":{"name":"f","arguments":""}}]}}]}""",
        true
    )]
    [InlineData("""{"choices":[{"delta":{},"finish_reason":"stop"}]}""", true)]
    [InlineData("""{"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2}}""", true)]
    public void Read_Event_KnowsContentFromStartUp(string json, bool hasContent) =>
        Assert.Equal(hasContent, AnswerFacts.Read(Encoding.UTF8.GetBytes(json))!.Value.HasContent);

    [Fact]
    public void Read_UsageAndErrors_AreFound()
    {
        AnswerFacts usage = AnswerFacts
            .Read(
                """{"usage":{"prompt_tokens":7,"prompt_tokens_details":{"cached_tokens":3},"completion_tokens":9},"choices":[]}"""u8
            )!
            .Value;
        AnswerFacts error = AnswerFacts
            .Read("""{"error":{"code":500,"message":"boom","type":"x"}}"""u8)!
            .Value;

        Assert.Equal(new TokenUsage(7, 9, 3), usage.Usage);
        Assert.Equal("boom", error.Error);
        Assert.Null(AnswerFacts.Read("""{"choices":["""u8));
        Assert.Null(AnswerFacts.Read("""{"choices":[]} {}"""u8));
    }

    private static OpenAiRequest Parse(string body) =>
        OpenAiRequestParser.Parse(OpenAiOperation.ChatCompletions, Encoding.UTF8.GetBytes(body));

    private static JsonNode Patch(OpenAiRequest request, RequestDefaults defaults)
    {
        PooledBuffer patched = OpenAiRequestPatch.Apply(request, "upstream", defaults, isLocal: true);
        string text = Encoding.UTF8.GetString(patched.Memory.Span);
        patched.Release();
        return JsonNode.Parse(text)!;
    }
}
