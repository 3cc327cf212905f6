using System.Net;
using System.Text.Json.Nodes;
using LlmOperator.Router.Tests.Forwarding;

namespace LlmOperator.Router.Tests.Dialects.Translation;

/// <summary>A client of OpenAI's responses at a target that speaks chat completions.</summary>
public sealed class ResponsesTests
{
    private const string Conversation = """
        {"model":"small","stream":STREAM,"instructions":"Be short.","max_output_tokens":50,"truncation":"auto",
         "text":{"format":{"type":"json_schema","name":"w","schema":{"type":"object"},"strict":true}},
         "tools":[{"type":"function","name":"weather","parameters":{"type":"object"}}],"tool_choice":{"type":"function","name":"weather"},
         "input":[
          {"role":"user","content":[{"type":"input_text","text":"How is it?"},{"type":"input_image","image_url":"data:image/png;base64,AAAA"}]},
          {"type":"function_call","call_id":"c0","name":"weather","arguments":"{}"},
          {"type":"function_call_output","call_id":"c0","output":"sunny"}]}
        """;

    [Fact]
    public async Task Responses_WholeConversation_ReachesTheTargetInItsShape()
    {
        await using TranslationWorld world = await TranslationWorld.StartAsync(Script.Whole(Answers.Whole));

        (HttpResponseMessage answer, string text) = await world.PostAsync(
            "v1/responses",
            Conversation.Replace("STREAM", "false", StringComparison.Ordinal)
        );

        JsonObject asked = world.Asked();
        Assert.Equal(
            ["system", "user", "assistant", "tool"],
            asked["messages"]!.AsArray().Select(m => (string)m!["role"]!)
        );
        Assert.Equal("w", (string)asked["response_format"]!["json_schema"]!["name"]!);
        Assert.Equal("weather", (string)asked["tool_choice"]!["function"]!["name"]!);
        Assert.Equal(50, (int)asked["max_tokens"]!);
        Assert.Equal("truncation", answer.Headers.GetValues("x-llm-dropped").Single());
        JsonNode response = JsonNode.Parse(text)!;
        Assert.Equal("completed", (string)response["status"]!);
        Assert.Equal(
            ["reasoning", "message", "function_call"],
            response["output"]!.AsArray().Select(i => (string)i!["type"]!)
        );
        Assert.Equal("Let me look.", (string)response["output"]![1]!["content"]![0]!["text"]!);
        Assert.Equal("c1", (string)response["output"]![2]!["call_id"]!);
        Assert.Equal(27, (int)response["usage"]!["total_tokens"]!);
    }

    [Fact]
    public async Task Responses_Streamed_ItemsAreAnnouncedFilledAndClosed()
    {
        await using TranslationWorld world = await TranslationWorld.StartAsync(
            Script.Streamed(of: Answers.Frames)
        );

        (_, string text) = await world.PostAsync(
            "v1/responses",
            Conversation.Replace("STREAM", "true", StringComparison.Ordinal)
        );

        JsonNode[] events = EventText.Parse(text);
        Assert.Equal(
            [
                "response.created",
                "response.in_progress",
                "response.output_item.added",
                "response.reasoning_text.delta",
                "response.reasoning_text.done",
                "response.output_item.done",
                "response.output_item.added",
                "response.content_part.added",
                "response.output_text.delta",
                "response.output_text.delta",
                "response.output_text.done",
                "response.content_part.done",
                "response.output_item.done",
                "response.output_item.added",
                "response.function_call_arguments.delta",
                "response.function_call_arguments.delta",
                "response.function_call_arguments.done",
                "response.output_item.done",
                "response.completed",
            ],
            events.Select(e => (string)e["type"]!)
        );
        Assert.Equal(Enumerable.Range(0, events.Length), events.Select(e => (int)e["sequence_number"]!));
        Assert.Equal(3, events[^1]["response"]!["output"]!.AsArray().Count);
        Assert.Equal(20, (int)events[^1]["response"]!["usage"]!["input_tokens"]!);
    }

    [Fact]
    public async Task Responses_StreamBreaks_EndsAsFailed()
    {
        await using TranslationWorld world = await TranslationWorld.StartAsync(
            Script.Streamed(frames: 4, ending: Ending.Reset, of: Answers.Frames)
        );

        (_, string text) = await world.PostAsync(
            "v1/responses",
            """{"model":"small","stream":true,"input":"hi"}"""
        );

        JsonNode last = EventText.Parse(text)[^1];
        Assert.Equal("response.failed", (string)last["type"]!);
        Assert.Equal("failed", (string)last["response"]!["status"]!);
        Assert.DoesNotContain("response.completed", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"model":"small","input":"hi","previous_response_id":"resp_1"}""", "previous_response_id")]
    [InlineData("""{"model":"small","input":"hi","tools":[{"type":"web_search"}]}""", "tools[0].type")]
    [InlineData("""{"model":"small"}""", "input")]
    public async Task Responses_CannotBeHonoured_RefusedByName(string body, string named)
    {
        await using TranslationWorld world = await TranslationWorld.StartAsync(Script.Whole());

        (HttpResponseMessage answer, string text) = await world.PostAsync("v1/responses", body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(named, (string)JsonNode.Parse(text)!["error"]!["message"]!, StringComparison.Ordinal);
        Assert.Empty(world.Upstream.Requests);
    }
}
