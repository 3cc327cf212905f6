using System.Net;
using System.Text.Json.Nodes;
using LlmOperator.Router.Tests.Forwarding;

namespace LlmOperator.Router.Tests.Dialects.Translation;

/// <summary>A client of Ollama's protocol at a target that speaks OpenAI's.</summary>
public sealed class OllamaTests
{
    private const string Conversation = """
        {"model":"small","format":{"type":"object"},"think":false,"keep_alive":"5m",
         "options":{"temperature":0.1,"num_predict":32,"num_ctx":8192,"top_k":7,"stop":["X"],"seed":3},
         "tools":[{"type":"function","function":{"name":"weather","parameters":{"type":"object"}}}],
         "messages":[
          {"role":"user","content":"How is it?","images":["/9j/AAAA"]},
          {"role":"assistant","content":"","tool_calls":[{"function":{"name":"weather","arguments":{"city":"Rome"}}}]},
          {"role":"tool","content":"sunny","tool_name":"weather"}]}
        """;

    [Fact]
    public async Task Chat_StreamsByDefault_LinesEndWithTheCounts()
    {
        await using TranslationWorld world = await TranslationWorld.StartAsync(
            Script.Streamed(of: Answers.Frames)
        );

        (HttpResponseMessage answer, string text) = await world.PostAsync("api/chat", Conversation);

        Assert.Equal("application/x-ndjson", answer.Content.Headers.ContentType!.MediaType);
        JsonObject asked = world.Asked();
        Assert.True((bool)asked["stream"]!);
        Assert.Equal(32, (int)asked["max_tokens"]!);
        Assert.Equal(7, (int)asked["top_k"]!);
        Assert.Equal("json_schema", (string)asked["response_format"]!["type"]!);
        Assert.False((bool)asked["chat_template_kwargs"]!["enable_thinking"]!);
        JsonArray messages = asked["messages"]!.AsArray();
        Assert.StartsWith(
            "data:image/jpeg;base64,",
            (string)messages[0]!["content"]![1]!["image_url"]!["url"]!,
            StringComparison.Ordinal
        );
        Assert.Equal((string)messages[1]!["tool_calls"]![0]!["id"]!, (string)messages[2]!["tool_call_id"]!);
        Assert.Equal("options.num_ctx, keep_alive", answer.Headers.GetValues("x-llm-dropped").Single());

        JsonNode[] lines = EventText.Lines(text);
        Assert.Equal("Let me look.", string.Concat(lines.Select(l => (string?)l["message"]!["content"])));
        Assert.Equal("hm", string.Concat(lines.Select(l => (string?)l["message"]!["thinking"])));
        JsonNode call = lines.Single(l => l["message"]!["tool_calls"] is not null)["message"]!["tool_calls"]![
            0
        ]!;
        Assert.Equal("Oslo", (string)call["function"]!["arguments"]!["city"]!);
        Assert.Equal([.. lines[..^1].Select(_ => false), true], lines.Select(l => (bool)l["done"]!));
        Assert.Equal(20, (int)lines[^1]["prompt_eval_count"]!);
        Assert.Equal(7, (int)lines[^1]["eval_count"]!);
        Assert.Equal("stop", (string)lines[^1]["done_reason"]!);
    }

    [Fact]
    public async Task Chat_NotStreamed_OneObject()
    {
        await using TranslationWorld world = await TranslationWorld.StartAsync(Script.Whole(Answers.Whole));

        (_, string text) = await world.PostAsync(
            "api/chat",
            """{"model":"small","stream":false,"messages":[{"role":"user","content":"hi"}]}"""
        );

        JsonNode line = Assert.Single(EventText.Lines(text));
        Assert.True((bool)line["done"]!);
        Assert.Equal("Let me look.", (string)line["message"]!["content"]!);
        Assert.Equal("weather", (string)line["message"]!["tool_calls"]![0]!["function"]!["name"]!);
    }

    [Theory]
    [InlineData(
        """{"model":"small","prompt":"hi","system":"Be short.","stream":false}""",
        "/v1/chat/completions "
    )]
    [InlineData("""{"model":"small","prompt":"hi","raw":true,"stream":false}""", "/v1/completions ")]
    public async Task Generate_WithAndWithoutTemplate_AsksTheRightOperation(string body, string path)
    {
        await using TranslationWorld world = await TranslationWorld.StartAsync(Script.Whole());

        (_, string text) = await world.PostAsync("api/generate", body);

        Assert.Contains(path, Assert.Single(world.Upstream.Requests), StringComparison.Ordinal);
        Assert.Equal("one two three", (string)JsonNode.Parse(text)!["response"]!);
    }

    [Fact]
    public async Task Embed_SeveralTexts_Vectors()
    {
        await using TranslationWorld world = await TranslationWorld.StartAsync(
            Script.Whole(
                """{"data":[{"embedding":[1.5,2]},{"embedding":[3,4]}],"usage":{"prompt_tokens":6,"total_tokens":6}}"""
            )
        );

        (_, string text) = await world.PostAsync("api/embed", """{"model":"small","input":["a","b"]}""");

        JsonNode answer = JsonNode.Parse(text)!;
        Assert.Equal("[[1.5,2],[3,4]]", answer["embeddings"]!.ToJsonString());
        Assert.Equal(6, (int)answer["prompt_eval_count"]!);
    }

    [Fact]
    public async Task Chat_StreamBreaks_LastLineIsTheError()
    {
        await using TranslationWorld world = await TranslationWorld.StartAsync(
            Script.Streamed(frames: 4, ending: Ending.Fin, of: Answers.Frames)
        );

        (_, string text) = await world.PostAsync(
            "api/chat",
            """{"model":"small","messages":[{"role":"user","content":"hi"}]}"""
        );

        JsonNode[] lines = EventText.Lines(text);
        Assert.Contains("broke off", (string)lines[^1]["error"]!, StringComparison.Ordinal);
        Assert.DoesNotContain(lines, l => l["done"] is not null && (bool)l["done"]!);
    }

    [Fact]
    public async Task Lists_OneModel_TagsShowAndVersion()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using TranslationWorld world = await TranslationWorld.StartAsync(Script.Whole());

        string tags = await world.Http.GetStringAsync("api/tags", stop);
        string version = await world.Http.GetStringAsync("api/version", stop);
        (HttpResponseMessage shown, string show) = await world.PostAsync("api/show", """{"model":"small"}""");
        (HttpResponseMessage missing, string error) = await world.PostAsync(
            "api/show",
            """{"model":"smal"}"""
        );

        Assert.Equal("small", (string)JsonNode.Parse(tags)!["models"]![0]!["name"]!);
        Assert.NotNull(JsonNode.Parse(version)!["version"]);
        Assert.Equal(HttpStatusCode.OK, shown.StatusCode);
        Assert.NotNull(JsonNode.Parse(show)!["details"]);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        Assert.Contains("small", (string)JsonNode.Parse(error)!["error"]!, StringComparison.Ordinal);
    }
}
