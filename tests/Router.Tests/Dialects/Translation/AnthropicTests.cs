using System.Net;
using System.Text.Json.Nodes;
using LlmOperator.Router.Tests.Forwarding;

namespace LlmOperator.Router.Tests.Dialects.Translation;

/// <summary>A client of Anthropic's protocol at a target that speaks OpenAI's.</summary>
public sealed class AnthropicTests
{
    private const string Conversation = """
        {"model":"small","max_tokens":64,"stream":STREAM,"system":[{"type":"text","text":"Be short.","cache_control":{"type":"ephemeral"}}],
         "temperature":0.2,"top_k":40,"stop_sequences":["END"],"service_tier":"auto",
         "tools":[{"name":"weather","description":"looks out of the window","input_schema":{"type":"object"}}],
         "tool_choice":{"type":"any","disable_parallel_tool_use":true},
         "messages":[
          {"role":"user","content":[{"type":"text","text":"How is it?"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AAAA"}}]},
          {"role":"assistant","content":[{"type":"thinking","thinking":"?","signature":"s"},{"type":"text","text":"I ask."},{"type":"tool_use","id":"t1","name":"weather","input":{"city":"Rome"}}]},
          {"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":"sunny"},{"type":"text","text":"And in Oslo?"}]}]}
        """;

    [Fact]
    public async Task Messages_WholeConversation_ReachesTheTargetInItsShape()
    {
        await using TranslationWorld world = await TranslationWorld.StartAsync(Script.Whole(Answers.Whole));

        (HttpResponseMessage answer, string text) = await world.PostAsync(
            "v1/messages",
            Conversation.Replace("STREAM", "false", StringComparison.Ordinal)
        );

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        JsonObject asked = world.Asked();
        JsonArray messages = asked["messages"]!.AsArray();
        Assert.Equal(
            ["system", "user", "assistant", "tool", "user"],
            messages.Select(m => (string)m!["role"]!)
        );
        Assert.Equal("Be short.", (string)messages[0]!["content"]!);
        Assert.Equal(
            "data:image/png;base64,AAAA",
            (string)messages[1]!["content"]![1]!["image_url"]!["url"]!
        );
        Assert.Equal("I ask.", (string)messages[2]!["content"]!);
        Assert.Equal(
            """{"city":"Rome"}""",
            (string)messages[2]!["tool_calls"]![0]!["function"]!["arguments"]!
        );
        Assert.Equal(
            ("t1", "sunny"),
            ((string)messages[3]!["tool_call_id"]!, (string)messages[3]!["content"]!)
        );
        Assert.Equal("And in Oslo?", (string)messages[4]!["content"]![0]!["text"]!);
        Assert.Equal("required", (string)asked["tool_choice"]!);
        Assert.False((bool)asked["parallel_tool_calls"]!);
        Assert.Equal("END", (string)asked["stop"]![0]!);
        Assert.Equal(40, (int)asked["top_k"]!);
        Assert.Equal("weather", (string)asked["tools"]![0]!["function"]!["name"]!);
        Assert.Equal(
            "thinking blocks of earlier answers, service_tier",
            answer.Headers.GetValues("x-llm-dropped").Single()
        );

        JsonNode message = JsonNode.Parse(text)!;
        Assert.Equal(
            ["thinking", "text", "tool_use"],
            message["content"]!.AsArray().Select(b => (string)b!["type"]!)
        );
        Assert.Equal("Oslo", (string)message["content"]![2]!["input"]!["city"]!);
        Assert.Equal("tool_use", (string)message["stop_reason"]!);
        Assert.Equal(16, (int)message["usage"]!["input_tokens"]!);
        Assert.Equal(4, (int)message["usage"]!["cache_read_input_tokens"]!);
        Assert.Equal("small", (string)message["model"]!);
    }

    [Fact]
    public async Task Messages_Streamed_BlocksOpenFillAndClose()
    {
        await using TranslationWorld world = await TranslationWorld.StartAsync(
            Script.Streamed(of: Answers.Frames)
        );

        (HttpResponseMessage answer, string text) = await world.PostAsync(
            "v1/messages",
            Conversation.Replace("STREAM", "true", StringComparison.Ordinal)
        );

        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType!.MediaType);
        Assert.True((bool)world.Asked()["stream_options"]!["include_usage"]!);
        JsonNode[] events = EventText.Parse(text);
        Assert.Equal(
            [
                "message_start",
                "content_block_start",
                "content_block_delta",
                "content_block_stop",
                "content_block_start",
                "content_block_delta",
                "content_block_delta",
                "content_block_stop",
                "content_block_start",
                "content_block_delta",
                "content_block_delta",
                "content_block_stop",
                "message_delta",
                "message_stop",
            ],
            events.Select(e => (string)e["type"]!)
        );
        Assert.Equal(
            """{"city":"Oslo"}""",
            string.Concat(events.Select(e => (string?)e["delta"]?["partial_json"]))
        );
        Assert.Equal("Let me look.", string.Concat(events.Select(e => (string?)e["delta"]?["text"])));
        Assert.Equal("tool_use", (string)events[^2]["delta"]!["stop_reason"]!);
        Assert.Equal(7, (int)events[^2]["usage"]!["output_tokens"]!);
    }

    [Fact]
    public async Task Messages_StreamBreaks_EndsWithAnErrorEvent()
    {
        await using TranslationWorld world = await TranslationWorld.StartAsync(
            Script.Streamed(frames: 4, ending: Ending.Reset, of: Answers.Frames)
        );

        (_, string text) = await world.PostAsync(
            "v1/messages",
            """{"model":"small","max_tokens":9,"stream":true,"messages":[{"role":"user","content":"hi"}]}"""
        );

        JsonNode last = EventText.Parse(text)[^1];
        Assert.Equal("error", (string)last["type"]!);
        Assert.Contains("broke off", (string)last["error"]!["message"]!, StringComparison.Ordinal);
        Assert.DoesNotContain("message_stop", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"model":"small","messages":[{"role":"user","content":"hi"}]}""", "max_tokens", 400)]
    [InlineData(
        """{"model":"nobody","max_tokens":1,"messages":[{"role":"user","content":"hi"}]}""",
        "nobody",
        404
    )]
    [InlineData(
        """{"model":"small","max_tokens":1,"messages":[{"role":"user","content":"hi"}],"tools":[{"type":"web_search_20250305","name":"web_search"}]}""",
        "tools[0].type",
        400
    )]
    [InlineData(
        """{"model":"small","max_tokens":1,"messages":[{"role":"user","content":[{"type":"video"}]}]}""",
        "messages[0].content[0].type",
        400
    )]
    [InlineData("""{"model":"small","model":"large","max_tokens":1,"messages":[]}""", "model", 400)]
    public async Task Messages_Wrong_ErrorInTheCallersShapeNamesTheField(
        string body,
        string named,
        int status
    )
    {
        await using TranslationWorld world = await TranslationWorld.StartAsync(Script.Whole());

        (HttpResponseMessage answer, string text) = await world.PostAsync("v1/messages", body);

        Assert.Equal(status, (int)answer.StatusCode);
        JsonNode error = JsonNode.Parse(text)!;
        Assert.Equal("error", (string)error["type"]!);
        Assert.Equal(
            status == 404 ? "not_found_error" : "invalid_request_error",
            (string)error["error"]!["type"]!
        );
        Assert.Contains(named, (string)error["error"]!["message"]!, StringComparison.Ordinal);
        Assert.Empty(world.Upstream.Requests);
    }

    [Fact]
    public async Task CountTokens_Conversation_CountsWithoutATarget()
    {
        await using TranslationWorld world = await TranslationWorld.StartAsync(Script.Whole());

        (_, string shorter) = await world.PostAsync(
            "v1/messages/count_tokens",
            """{"model":"small","messages":[{"role":"user","content":"hi"}]}"""
        );
        (_, string longer) = await world.PostAsync(
            "v1/messages/count_tokens",
            Conversation.Replace("\"stream\":STREAM,", "", StringComparison.Ordinal)
        );

        Assert.InRange((int)JsonNode.Parse(shorter)!["input_tokens"]!, 1, 20);
        Assert.True(
            (int)JsonNode.Parse(longer)!["input_tokens"]! > (int)JsonNode.Parse(shorter)!["input_tokens"]!
        );
        Assert.Empty(world.Upstream.Requests);
    }
}
