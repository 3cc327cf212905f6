using System.Text.Json.Nodes;
using LlmOperator.Router.Forwarding.Continuation;
using LlmOperator.Router.Tests.Dialects.Translation;

namespace LlmOperator.Router.Tests.Forwarding;

/// <summary>A replica dies while it streams, and another with the same weights goes on.</summary>
public sealed class ContinuationTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<int, Ending> EveryCut()
    {
        TheoryData<int, Ending> cuts = [];
        for (int i = 1; i <= SpeakingUpstream.Pieces.Length; i++)
        {
            cuts.Add(i, Ending.Reset);
            cuts.Add(i, Ending.Fin);
        }

        return cuts;
    }

    [Theory]
    [MemberData(nameof(EveryCut))]
    public async Task Stream_ReplicaDiesAfterAnyPiece_TheClientGetsOneWholeAnswer(int cut, Ending ending)
    {
        await using ScriptedUpstream dying = SpeakingUpstream.Start("first", cut, ending);
        await using ScriptedUpstream living = SpeakingUpstream.Start("second");
        await using RunningRouter router = await StartAsync(dying, living);

        JsonNode[] events = await AskUntilAsync(router, dying);

        Assert.Equal(SpeakingUpstream.Text, TextOf(events));
        Assert.Equal("stop", (string)events[^2]["choices"]![0]!["finish_reason"]!);
        Assert.Equal(["first"], events.Select(e => (string)e["id"]!).Distinct());
        Assert.Single(events, e => e["choices"]?.AsArray().FirstOrDefault()?["delta"]?["role"] is not null);
        Assert.Equal(10, (int)events[^1]["usage"]!["prompt_tokens"]!);
        Assert.Equal(SpeakingUpstream.Pieces.Length, (int)events[^1]["usage"]!["completion_tokens"]!);
    }

    [Fact]
    public async Task Stream_TheOtherSaysSomethingElse_IsTakenUpWhereItBroke()
    {
        await using ScriptedUpstream dying = SpeakingUpstream.Start("first", dieAfter: 4);
        await using ScriptedUpstream living = SpeakingUpstream.Start("second", instead: " and that is all");
        await using RunningRouter router = await StartAsync(dying, living);

        JsonNode[] events = await AskUntilAsync(router, dying);

        // The word that broke was to be said again, and was not: nothing of what the client has is sent twice.
        Assert.Equal("A quick brown \"fox\" and that is all", TextOf(events));
        Assert.Equal(2, living.Requests.Count);
    }

    [Theory]
    [InlineData("\"response_format\":{\"type\":\"json_object\"},")]
    [InlineData("\"logprobs\":true,")]
    [InlineData("\"n\":2,")]
    public async Task Stream_CannotBeGoneOnWith_EndsWithAnErrorAndNoDone(string field)
    {
        await using ScriptedUpstream dying = SpeakingUpstream.Start("first", dieAfter: 4);
        await using ScriptedUpstream other = SpeakingUpstream.Start("second", dieAfter: 4);
        await using RunningRouter router = await StartAsync(dying, other);

        string text = await AskAsync(router, field);

        Assert.Contains("stream_broken", text, StringComparison.Ordinal);
        Assert.DoesNotContain("[DONE]", text, StringComparison.Ordinal);
        Assert.Equal(1, dying.Requests.Count + other.Requests.Count);
    }

    [Theory]
    [InlineData(new[] { "A", " b", " c" }, "A b", " c")]
    [InlineData(new[] { "A", " b", "ig", " " }, "A big", " ")]
    [InlineData(new[] { "你", "好" }, "你好", "")]
    [InlineData(new[] { "one" }, "one", "")]
    [InlineData(new[] { "a", "\n", "b", "c" }, "a", "\nbc")]
    public void ContinuationPoint_Pieces_LiesBeforeTheLastWord(string[] pieces, string given, string repeated)
    {
        ContinuationPoint point = ContinuationPoint.Of(pieces);

        Assert.Equal((given, repeated), (point.Given, point.Repeated));
    }

    private static Task<RunningRouter> StartAsync(ScriptedUpstream first, ScriptedUpstream second) =>
        RunningRouter.StartAsync(new World().ModelWithDigest("small", first.Address, second.Address));

    // Chance says which replica is asked first; what is told here begins with the dying one.
    private static async Task<JsonNode[]> AskUntilAsync(RunningRouter router, ScriptedUpstream dying)
    {
        while (true)
        {
            string text = await AskAsync(router, "\"stream_options\":{\"include_usage\":true},");
            if (!dying.Requests.IsEmpty)
            {
                Assert.EndsWith("data: [DONE]\n\n", text, StringComparison.Ordinal);
                return EventText.Parse(text[..^"data: [DONE]\n\n".Length]);
            }
        }
    }

    private static async Task<string> AskAsync(RunningRouter router, string field)
    {
        using StringContent body = new(
            $$"""{"model":"small",{{field}}"stream":true,"max_tokens":50,"messages":[{"role":"user","content":"speak"}]}"""
        );
        using HttpRequestMessage request = new(HttpMethod.Post, "v1/chat/completions") { Content = body };
        using HttpResponseMessage answer = await router.Http.SendAsync(
            request,
            HttpCompletionOption.ResponseHeadersRead,
            Token
        );
        (string text, _) = await RunningRouter.ReadAsync(answer, Token);
        return text;
    }

    private static string TextOf(JsonNode[] events) =>
        string.Concat(
            events.Select(e => (string?)e["choices"]?.AsArray().FirstOrDefault()?["delta"]?["content"])
        );
}
