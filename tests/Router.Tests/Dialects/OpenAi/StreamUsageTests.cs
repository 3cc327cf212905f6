using LlmOperator.Router.Tests.Dialects.Translation;
using LlmOperator.Router.Tests.Forwarding;

namespace LlmOperator.Router.Tests.Dialects.OpenAi;

/// <summary>What a stream costs is asked for always, and told to those who ask.</summary>
public sealed class StreamUsageTests
{
    [Theory]
    [InlineData("", false)]
    [InlineData(
        """
            "stream_options":{"include_usage":true},
            """,
        true
    )]
    public async Task Stream_UsageAskedForOrNot_TheTargetIsAskedAndTheClientGetsWhatItWanted(
        string options,
        bool told
    )
    {
        await using TranslationWorld world = await TranslationWorld.StartAsync(
            Script.Streamed(of: Answers.Frames)
        );

        (_, string text) = await world.PostAsync(
            "v1/chat/completions",
            $$"""{"model":"small",{{options}}"stream":true,"messages":[{"role":"user","content":"hi"}]}"""
        );

        Assert.True((bool)world.Asked()["stream_options"]!["include_usage"]!);
        Assert.Equal(told, text.Contains("\"usage\"", StringComparison.Ordinal));
        Assert.EndsWith("data: [DONE]\n\n", text, StringComparison.Ordinal);
    }
}
