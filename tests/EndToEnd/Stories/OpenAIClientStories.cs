using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text;
using System.Text.Json;
using LlmOperator.EndToEnd.Harness;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Models;

namespace LlmOperator.EndToEnd.Stories;

/// <summary>The official OpenAI client for .NET, unmodified, through the router.</summary>
public sealed class OpenAIClientStories(UpWithDemoModel fixture) : IClassFixture<UpWithDemoModel>
{
    private static readonly ChatTool s_tool = ChatTool.CreateFunctionTool(
        "list_models",
        "List all models.",
        BinaryData.FromString("""{"type":"object","properties":{},"required":[]}""")
    );

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private OpenAIClient Root =>
        new(
            new ApiKeyCredential("not-needed-on-loopback"),
            new OpenAIClientOptions
            {
                Endpoint = new Uri(fixture.Up.Router, "v1"),
                RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
            }
        );

    private ChatClient Client => Root.GetChatClient(UpWithDemoModel.ModelName);

    [Fact]
    public async Task Chat_Whole_GivesTheTrainedAnswerAndItsUsage()
    {
        ChatCompletion answer = await AskAsync(new ChatCompletionOptions());

        Assert.Contains("LlmOperator", TextOf(answer), StringComparison.Ordinal);
        Assert.Equal(ChatFinishReason.Stop, answer.FinishReason);
        Assert.True(answer.Usage.OutputTokenCount > 5);
        Assert.Equal(
            answer.Usage.TotalTokenCount,
            answer.Usage.InputTokenCount + answer.Usage.OutputTokenCount
        );
    }

    [Fact]
    public async Task Chat_Streamed_GivesTheSameTextInPiecesAndTheUsage()
    {
        ChatCompletion whole = await AskAsync(new ChatCompletionOptions());

        StringBuilder text = new();
        int pieces = 0;
        ChatTokenUsage? usage = null;
        await foreach (
            StreamingChatCompletionUpdate update in Client.CompleteChatStreamingAsync(
                [new UserChatMessage(DemoModelFile.Question)],
                new ChatCompletionOptions { Temperature = 0 },
                Token
            )
        )
        {
            usage = update.Usage ?? usage;
            foreach (ChatMessageContentPart part in update.ContentUpdate)
            {
                text.Append(part.Text);
                pieces++;
            }
        }

        Assert.Equal(TextOf(whole), text.ToString());
        Assert.True(pieces > 3, $"{pieces} pieces");
        Assert.Equal(whole.Usage.OutputTokenCount, usage?.OutputTokenCount);
    }

    [Fact]
    public async Task Chat_FewTokens_StopsAtTheLimit()
    {
        ChatCompletion answer = await AskAsync(new ChatCompletionOptions { MaxOutputTokenCount = 3 });

        Assert.Equal(ChatFinishReason.Length, answer.FinishReason);
        Assert.Equal(3, answer.Usage.OutputTokenCount);
    }

    [Fact]
    public async Task Chat_StopSequence_IsNotInTheText()
    {
        ChatCompletion answer = await AskAsync(
            new ChatCompletionOptions { StopSequences = { "LlmOperator" } }
        );

        Assert.DoesNotContain("LlmOperator", TextOf(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chat_JsonSchema_HoldsTheAnswer()
    {
        ChatCompletion answer = await AskAsync(
            new ChatCompletionOptions
            {
                ResponseFormat = ChatResponseFormat.CreateJsonSchemaFormat(
                    "colour",
                    BinaryData.FromString(
                        """{"type":"object","properties":{"colour":{"type":"string","enum":["red"]}},"required":["colour"],"additionalProperties":false}"""
                    ),
                    jsonSchemaIsStrict: true
                ),
            }
        );

        using JsonDocument json = JsonDocument.Parse(TextOf(answer));
        Assert.Equal("red", json.RootElement.GetProperty("colour").GetString());
    }

    [Fact]
    public async Task Chat_LogProbabilities_ComeForEveryToken()
    {
        ChatCompletion answer = await AskAsync(
            new ChatCompletionOptions
            {
                MaxOutputTokenCount = 3,
                IncludeLogProbabilities = true,
                TopLogProbabilityCount = 2,
            }
        );

        Assert.Equal(3, answer.ContentTokenLogProbabilities.Count);
        Assert.All(
            answer.ContentTokenLogProbabilities,
            token =>
            {
                Assert.True(token.LogProbability <= 0);
                Assert.Equal(2, token.TopLogProbabilities.Count);
            }
        );
    }

    [Fact]
    public async Task Tool_CallResultAnswer_GoAround()
    {
        List<ChatMessage> messages = [new UserChatMessage("Call list_models.")];
        ChatCompletion first = await Client.CompleteChatAsync(
            messages,
            new ChatCompletionOptions
            {
                Temperature = 0,
                Tools = { s_tool },
                ToolChoice = ChatToolChoice.CreateRequiredChoice(),
            },
            Token
        );
        ChatToolCall call = first.ToolCalls[0];
        messages.Add(new AssistantChatMessage(first));
        messages.Add(new ToolChatMessage(call.Id, """{"models":["demo"]}"""));
        ChatCompletion second = await Client.CompleteChatAsync(
            messages,
            new ChatCompletionOptions { Temperature = 0, Tools = { s_tool } },
            Token
        );

        Assert.Equal(ChatFinishReason.ToolCalls, first.FinishReason);
        Assert.Equal("list_models", call.FunctionName);
        Assert.NotEmpty(TextOf(second));
    }

    [Fact]
    public async Task Tool_StreamedByName_IsCalled()
    {
        string name = "";
        StringBuilder arguments = new();
        await foreach (
            StreamingChatCompletionUpdate update in Client.CompleteChatStreamingAsync(
                [new UserChatMessage("Call list_models.")],
                new ChatCompletionOptions
                {
                    Temperature = 0,
                    Tools = { s_tool },
                    ToolChoice = ChatToolChoice.CreateFunctionChoice("list_models"),
                },
                Token
            )
        )
        {
            foreach (StreamingChatToolCallUpdate call in update.ToolCallUpdates)
            {
                name += call.FunctionName;
                arguments.Append(call.FunctionArgumentsUpdate?.ToString());
            }
        }

        Assert.Equal("list_models", name);
        JsonDocument.Parse(arguments.ToString()).Dispose();
    }

    [Fact]
    public async Task Tool_TwoCallsAtOnce_AreTakenWithTheirResults()
    {
        BinaryData none = BinaryData.FromString("{}");
        ChatCompletion answer = await Client.CompleteChatAsync(
            [
                new UserChatMessage("Call list_models twice."),
                new AssistantChatMessage([
                    ChatToolCall.CreateFunctionToolCall("call_1", "list_models", none),
                    ChatToolCall.CreateFunctionToolCall("call_2", "list_models", none),
                ]),
                new ToolChatMessage("call_1", """{"models":["demo"]}"""),
                new ToolChatMessage("call_2", """{"models":["demo"]}"""),
            ],
            new ChatCompletionOptions
            {
                Temperature = 0,
                Tools = { s_tool },
                AllowParallelToolCalls = true,
            },
            Token
        );

        Assert.NotEmpty(TextOf(answer));
    }

    [Fact]
    public async Task Chat_SystemPromptAndTurns_AreTaken()
    {
        ChatCompletion answer = await Client.CompleteChatAsync(
            [
                new SystemChatMessage("Be short."),
                new UserChatMessage("Hello."),
                new AssistantChatMessage("Hello!"),
                new UserChatMessage(DemoModelFile.Question),
            ],
            new ChatCompletionOptions { Temperature = 0 },
            Token
        );

        Assert.NotEmpty(TextOf(answer));
    }

    [Fact]
    public async Task Chat_ClientLeavesAStream_TheNextIsAnswered()
    {
        using CancellationTokenSource leaving = CancellationTokenSource.CreateLinkedTokenSource(Token);
        try
        {
            await foreach (
                StreamingChatCompletionUpdate update in Client.CompleteChatStreamingAsync(
                    [new UserChatMessage(DemoModelFile.Question)],
                    new ChatCompletionOptions { Temperature = 0 },
                    leaving.Token
                )
            )
            {
                await leaving.CancelAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // As it was wanted; a stream that had come whole already ends by itself.
        }

        Assert.Equal(ChatFinishReason.Stop, (await AskAsync(new ChatCompletionOptions())).FinishReason);
    }

    [Fact]
    public async Task Chat_ImageForAModelWithoutEyes_IsAnErrorAndNoAnswer()
    {
        ClientResultException error = await Assert.ThrowsAsync<ClientResultException>(async () =>
            await Client.CompleteChatAsync(
                [
                    new UserChatMessage(
                        ChatMessageContentPart.CreateTextPart("What is this?"),
                        ChatMessageContentPart.CreateImagePart(BinaryData.FromBytes(s_pixel), "image/png")
                    ),
                ],
                cancellationToken: Token
            )
        );

        Assert.Contains("image", error.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Models_ListAndOne_HaveTheModel()
    {
        OpenAIModelClient models = Root.GetOpenAIModelClient();

        OpenAIModelCollection all = await models.GetModelsAsync(Token);
        OpenAIModel one = await models.GetModelAsync(UpWithDemoModel.ModelName, Token);

        Assert.Contains(all, m => m.Id == UpWithDemoModel.ModelName);
        Assert.Equal(UpWithDemoModel.ModelName, one.Id);
    }

    [Fact]
    public async Task Chat_UnknownModel_IsAnErrorThatNamesIt()
    {
        ClientResultException error = await Assert.ThrowsAsync<ClientResultException>(async () =>
            await Root.GetChatClient("no-such-model")
                .CompleteChatAsync([new UserChatMessage("Hello")], cancellationToken: Token)
        );

        Assert.Equal(404, error.Status);
        Assert.Contains("no-such-model", error.Message, StringComparison.Ordinal);
    }

    // A PNG of one pixel.
    private static readonly byte[] s_pixel = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    );

    private async Task<ChatCompletion> AskAsync(ChatCompletionOptions options)
    {
        options.Temperature = 0;
        return await Client.CompleteChatAsync([new UserChatMessage(DemoModelFile.Question)], options, Token);
    }

    private static string TextOf(ChatCompletion answer) => string.Concat(answer.Content.Select(p => p.Text));
}
