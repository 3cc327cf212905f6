using System.ClientModel;
using System.Text;
using LlmOperator.EndToEnd.Harness;
using OpenAI;
using OpenAI.Chat;

namespace LlmOperator.EndToEnd.Stories;

/// <summary>The official OpenAI client for .NET, unmodified, through the router.</summary>
public sealed class OpenAIClientStories(UpWithDemoModel fixture) : IClassFixture<UpWithDemoModel>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ChatClient Client =>
        new(
            UpWithDemoModel.ModelName,
            new ApiKeyCredential("not-needed-on-loopback"),
            new OpenAIClientOptions { Endpoint = new Uri(fixture.Up.Router, "v1") }
        );

    [Fact]
    public async Task Chat_Whole_GivesTheTrainedAnswer()
    {
        ClientResult<ChatCompletion> answer = await Client.CompleteChatAsync(
            [new UserChatMessage(DemoModelFile.Question)],
            new ChatCompletionOptions { Temperature = 0 },
            Token
        );

        Assert.Contains("LlmOperator", answer.Value.Content[0].Text, StringComparison.Ordinal);
        Assert.Equal(ChatFinishReason.Stop, answer.Value.FinishReason);
        Assert.True(answer.Value.Usage.OutputTokenCount > 5);
    }

    [Fact]
    public async Task Chat_Streamed_GivesTheSameTextInPieces()
    {
        ClientResult<ChatCompletion> whole = await Client.CompleteChatAsync(
            [new UserChatMessage(DemoModelFile.Question)],
            new ChatCompletionOptions { Temperature = 0 },
            Token
        );

        StringBuilder text = new();
        int pieces = 0;
        await foreach (
            StreamingChatCompletionUpdate update in Client.CompleteChatStreamingAsync(
                [new UserChatMessage(DemoModelFile.Question)],
                new ChatCompletionOptions { Temperature = 0 },
                Token
            )
        )
        {
            foreach (ChatMessageContentPart part in update.ContentUpdate)
            {
                text.Append(part.Text);
                pieces++;
            }
        }

        Assert.Equal(whole.Value.Content[0].Text, text.ToString());
        Assert.True(pieces > 3, $"{pieces} pieces");
    }

    [Fact]
    public async Task Chat_UnknownModel_IsAnErrorThatNamesIt()
    {
        ChatClient unknown = new(
            "no-such-model",
            new ApiKeyCredential("x"),
            new OpenAIClientOptions { Endpoint = new Uri(fixture.Up.Router, "v1") }
        );

        ClientResultException error = await Assert.ThrowsAsync<ClientResultException>(async () =>
            await unknown.CompleteChatAsync([new UserChatMessage("Hello")], cancellationToken: Token)
        );

        Assert.Equal(404, error.Status);
        Assert.Contains("no-such-model", error.Message, StringComparison.Ordinal);
    }
}
