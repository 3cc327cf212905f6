using System.Net;
using System.Text.Json.Nodes;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Router.Tests.Forwarding;

namespace LlmOperator.Router.Tests.Dialects.Translation;

/// <summary>Targets that speak other protocols than OpenAI's.</summary>
public sealed class ProviderTests
{
    private const string Whole = """
        {"id":"msg_1","type":"message","role":"assistant","model":"large-2026","content":[
         {"type":"thinking","thinking":"hm","signature":"s"},{"type":"text","text":"Let me look."},
         {"type":"tool_use","id":"t1","name":"weather","input":{"city":"Oslo"}}],
         "stop_reason":"tool_use","usage":{"input_tokens":16,"cache_read_input_tokens":4,"output_tokens":7}}
        """;

    private static readonly string[] s_frames =
    [
        Named(
            "message_start",
            """{"type":"message_start","message":{"id":"msg_1","usage":{"input_tokens":20,"output_tokens":1}}}"""
        ),
        Named("ping", """{"type":"ping"}"""),
        Named(
            "content_block_start",
            """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"""
        ),
        Named(
            "content_block_delta",
            """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Let me "}}"""
        ),
        Named(
            "content_block_delta",
            """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"look."}}"""
        ),
        Named("content_block_stop", """{"type":"content_block_stop","index":0}"""),
        Named(
            "content_block_start",
            """{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"t1","name":"weather","input":{}}}"""
        ),
        Named(
            "content_block_delta",
            """{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"city\":"}}"""
        ),
        Named(
            "content_block_delta",
            """{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"\"Oslo\"}"}}"""
        ),
        Named("content_block_stop", """{"type":"content_block_stop","index":1}"""),
        Named(
            "message_delta",
            """{"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":7}}"""
        ),
        Named("message_stop", """{"type":"message_stop"}"""),
    ];

    [Fact]
    public async Task Anthropic_Conversation_IsAskedInItsOwnShape()
    {
        await using TranslationWorld world = await TranslationWorld.StartAsync(
            ProviderDialect.Anthropic,
            Script.Whole(Whole)
        );

        (HttpResponseMessage answer, string text) = await world.PostAsync(
            "v1/chat/completions",
            """
            {"model":"small","temperature":1.5,"seed":1,"stop":"END","user":"u1","parallel_tool_calls":false,
             "tools":[{"type":"function","function":{"name":"weather"}}],
             "messages":[{"role":"system","content":"Be short."},
              {"role":"user","content":[{"type":"text","text":"How is it?"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]},
              {"role":"assistant","content":null,"tool_calls":[{"id":"a","type":"function","function":{"name":"weather","arguments":"{\"city\":\"Rome\"}"}}]},
              {"role":"tool","tool_call_id":"a","content":"sunny"},{"role":"user","content":"And in Oslo?"}]}
            """
        );

        string head = world.Upstream.Requests.Single().Split("\r\n\r\n")[0];
        Assert.StartsWith("POST /messages ", head, StringComparison.Ordinal);
        Assert.Contains("x-api-key: provider-key-of-tests", head, StringComparison.Ordinal);
        Assert.Contains("anthropic-version: ", head, StringComparison.Ordinal);
        Assert.DoesNotContain("Authorization", head, StringComparison.OrdinalIgnoreCase);
        JsonObject asked = world.Asked();
        Assert.Equal("large-2026", (string)asked["model"]!);
        Assert.Equal("Be short.", (string)asked["system"]!);
        Assert.Equal(1, (int)asked["temperature"]!);
        Assert.Equal("END", (string)asked["stop_sequences"]![0]!);
        Assert.True((bool)asked["tool_choice"]!["disable_parallel_tool_use"]!);
        JsonArray messages = asked["messages"]!.AsArray();
        Assert.Equal(["user", "assistant", "user"], messages.Select(m => (string)m!["role"]!));
        Assert.Equal("AAAA", (string)messages[0]!["content"]![1]!["source"]!["data"]!);
        Assert.Equal("Rome", (string)messages[1]!["content"]![0]!["input"]!["city"]!);
        Assert.Equal(
            ["tool_result", "text"],
            messages[2]!["content"]!.AsArray().Select(b => (string)b!["type"]!)
        );
        Assert.Equal("temperature above 1, seed", answer.Headers.GetValues("x-llm-dropped").Single());

        JsonNode choice = JsonNode.Parse(text)!["choices"]![0]!;
        Assert.Equal("Let me look.", (string)choice["message"]!["content"]!);
        Assert.Equal(
            """{"city":"Oslo"}""",
            (string)choice["message"]!["tool_calls"]![0]!["function"]!["arguments"]!
        );
        Assert.Equal("tool_calls", (string)choice["finish_reason"]!);
        Assert.Equal(20, (int)JsonNode.Parse(text)!["usage"]!["prompt_tokens"]!);
    }

    [Theory]
    [InlineData(
        "v1/chat/completions",
        """{"model":"small","stream":true,"messages":[{"role":"user","content":"hi"}]}""",
        "[DONE]"
    )]
    [InlineData(
        "v1/messages",
        """{"model":"small","stream":true,"max_tokens":9,"messages":[{"role":"user","content":"hi"}]}""",
        "message_stop"
    )]
    [InlineData("v1/responses", """{"model":"small","stream":true,"input":"hi"}""", "response.completed")]
    [InlineData(
        "api/chat",
        """{"model":"small","messages":[{"role":"user","content":"hi"}]}""",
        "\"done\":true"
    )]
    public async Task Anthropic_Streamed_EveryCallerGetsTextCallAndEnd(string path, string body, string end)
    {
        await using TranslationWorld world = await TranslationWorld.StartAsync(
            ProviderDialect.Anthropic,
            Script.Streamed(of: s_frames)
        );

        (HttpResponseMessage answer, string text) = await world.PostAsync(path, body);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("Let me ", text, StringComparison.Ordinal);
        Assert.Contains("look.", text, StringComparison.Ordinal);
        Assert.Contains("weather", text, StringComparison.Ordinal);
        Assert.Contains("Oslo", text, StringComparison.Ordinal);
        Assert.Contains(end, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Anthropic_StreamBreaksOrErrs_NoCleanEnd()
    {
        string[] erring =
        [
            .. s_frames[..4],
            Named("error", """{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"""),
        ];
        await using TranslationWorld world = await TranslationWorld.StartAsync(
            ProviderDialect.Anthropic,
            Script.Streamed(of: erring)
        );

        (_, string text) = await world.PostAsync(
            "v1/chat/completions",
            """{"model":"small","stream":true,"messages":[{"role":"user","content":"hi"}]}"""
        );

        Assert.Contains("Overloaded", text, StringComparison.Ordinal);
        Assert.DoesNotContain("[DONE]", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"logprobs\":true,", "logprobs")]
    [InlineData("\"n\":2,", "\\u0022n\\u0022")]
    [InlineData("\"response_format\":{\"type\":\"json_object\"},", "response_format")]
    public async Task Anthropic_CannotHonour_IsNotAskedAndSaysWhy(string field, string named)
    {
        await using TranslationWorld world = await TranslationWorld.StartAsync(
            ProviderDialect.Anthropic,
            Script.Whole(Whole)
        );

        (HttpResponseMessage answer, string text) = await world.PostAsync(
            "v1/chat/completions",
            $$"""{"model":"small",{{field}}"messages":[{"role":"user","content":"hi"}]}"""
        );

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains(named, text, StringComparison.Ordinal);
        Assert.Empty(world.Upstream.Requests);
    }

    [Fact]
    public async Task Azure_Chat_DeploymentVersionAndKeyInItsPlaces()
    {
        await using TranslationWorld world = await TranslationWorld.StartAsync(
            ProviderDialect.AzureOpenAI,
            Script.Whole()
        );

        (HttpResponseMessage answer, _) = await world.PostAsync(
            "v1/chat/completions",
            """{"model":"small","messages":[{"role":"user","content":"hi"}]}"""
        );

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        string head = world.Upstream.Requests.Single().Split("\r\n\r\n")[0];
        Assert.StartsWith(
            "POST /openai/deployments/large-2026/chat/completions?api-version=2024-10-21 ",
            head,
            StringComparison.Ordinal
        );
        Assert.Contains("api-key: provider-key-of-tests", head, StringComparison.Ordinal);
        Assert.DoesNotContain("Authorization", head, StringComparison.OrdinalIgnoreCase);
    }

    private static string Named(string name, string data) => $"event: {name}\ndata: {data}\n\n";
}
