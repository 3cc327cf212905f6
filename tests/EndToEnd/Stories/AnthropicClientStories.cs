using System.Text;
using Anthropic;
using Anthropic.Core;
using Anthropic.Exceptions;
using Anthropic.Models.Messages;
using LlmOperator.EndToEnd.Harness;

namespace LlmOperator.EndToEnd.Stories;

/// <summary>The official Anthropic client for .NET, unmodified, through the router.</summary>
public sealed class AnthropicClientStories(UpWithDemoModel fixture)
    : IClassFixture<UpWithDemoModel>,
        IAsyncLifetime
{
    // The client has no temperature; a role gives one to who sends none, and answers are word for word the same.
    private const string Role = "exact";

    private const string ToolName = "list_models";

    private static readonly Tool s_tool = new()
    {
        Name = ToolName,
        Description = "List all models.",
        InputSchema = new InputSchema(),
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private AnthropicClient Client =>
        new(
            new ClientOptions
            {
                BaseUrl = fixture.Up.Router.ToString().TrimEnd('/'),
                ApiKey = "not-needed-on-loopback",
                MaxRetries = 0,
            }
        );

    public async ValueTask InitializeAsync() =>
        await fixture.Up.ApplyAsync(
            $$"""
            apiVersion: llmoperator.dev/v1alpha1
            kind: WorkerRole
            metadata: { name: {{Role}} }
            spec:
              targets: [{ model: {{UpWithDemoModel.ModelName}} }]
              sampling: { temperature: "0" }
            """,
            Token
        );

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Message_Whole_TextReasonAndUsage()
    {
        Message message = await Client.Messages.Create(Ask(DemoModelFile.Question), Token);

        Assert.Contains("LlmOperator", TextOf(message), StringComparison.Ordinal);
        Assert.Equal("end_turn", message.StopReason!.Raw());
        Assert.True(message.Usage.OutputTokens > 5);
    }

    [Fact]
    public async Task Message_Streamed_TheSameTextInPiecesAndEventsInOrder()
    {
        Message whole = await Client.Messages.Create(Ask(DemoModelFile.Question), Token);

        StringBuilder text = new();
        List<string> types = [];
        await foreach (
            RawMessageStreamEvent @event in Client.Messages.CreateStreaming(
                Ask(DemoModelFile.Question),
                Token
            )
        )
        {
            types.Add(@event.Type.Raw());
            if (
                @event.TryPickContentBlockDelta(out RawContentBlockDeltaEvent? delta)
                && delta.Delta.TryPickText(out TextDelta? piece)
            )
            {
                text.Append(piece.Text);
            }
        }

        Assert.Equal(TextOf(whole), text.ToString());
        Assert.Equal("message_start", types[0]);
        Assert.Equal(["content_block_stop", "message_delta", "message_stop"], types[^3..]);
    }

    [Fact]
    public async Task Message_FewTokens_StopsAtTheLimit()
    {
        Message message = await Client.Messages.Create(
            Ask(DemoModelFile.Question) with
            {
                MaxTokens = 3,
            },
            Token
        );

        Assert.Equal("max_tokens", message.StopReason!.Raw());
        Assert.Equal(3, message.Usage.OutputTokens);
    }

    [Fact]
    public async Task Message_StopSequence_IsNotInTheText()
    {
        Message message = await Client.Messages.Create(
            Ask(DemoModelFile.Question) with
            {
                StopSequences = ["LlmOperator"],
            },
            Token
        );

        Assert.DoesNotContain("LlmOperator", TextOf(message), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Message_SystemPrompt_IsTaken()
    {
        Message message = await Client.Messages.Create(
            Ask(DemoModelFile.Question) with
            {
                System = "Be short.",
            },
            Token
        );

        Assert.NotEmpty(TextOf(message));
    }

    [Fact]
    public async Task Tool_CallResultAnswer_GoAround()
    {
        MessageCreateParams ask = Ask("Call list_models.") with
        {
            Tools = [s_tool],
            ToolChoice = new ToolChoiceAny(),
        };
        Message first = await Client.Messages.Create(ask, Token);
        ToolUseBlock call = CallOf(first);
        Message second = await Client.Messages.Create(
            ask with
            {
                ToolChoice = new ToolChoiceAuto(),
                Messages =
                [
                    .. ask.Messages,
                    new AssistantMessageParam
                    {
                        Content = new List<ContentBlockParam>
                        {
                            new ToolUseBlockParam
                            {
                                ID = call.ID,
                                Name = call.Name,
                                Input = call.Input,
                            },
                        },
                    },
                    new UserMessageParam
                    {
                        Content = new List<ContentBlockParam>
                        {
                            new ToolResultBlockParam(call.ID) { Content = """{"models":["demo"]}""" },
                        },
                    },
                ],
            },
            Token
        );

        Assert.Equal(ToolName, call.Name);
        Assert.Equal("tool_use", first.StopReason!.Raw());
        Assert.NotEmpty(TextOf(second));
    }

    [Fact]
    public async Task Tool_ByName_IsCalled()
    {
        Message message = await Client.Messages.Create(
            Ask("Call list_models.") with
            {
                Tools = [s_tool],
                ToolChoice = new ToolChoiceTool(ToolName),
            },
            Token
        );

        Assert.Equal(ToolName, CallOf(message).Name);
    }

    [Fact]
    public async Task Turns_Several_AreTaken()
    {
        MessageCreateParams ask = Ask("Hello.");
        Message message = await Client.Messages.Create(
            ask with
            {
                Messages =
                [
                    .. ask.Messages,
                    new AssistantMessageParam { Content = "Hello!" },
                    new UserMessageParam { Content = DemoModelFile.Question },
                ],
            },
            Token
        );

        Assert.NotEmpty(TextOf(message));
    }

    [Fact]
    public async Task CountTokens_LongerText_HasMore()
    {
        MessageTokensCount few = await CountAsync("Hello.");
        MessageTokensCount more = await CountAsync(new string('x', 400));

        Assert.InRange(few.InputTokens, 1, 50);
        Assert.True(more.InputTokens > few.InputTokens);
    }

    [Fact]
    public async Task Model_Unknown_IsNotFound()
    {
        AnthropicNotFoundException error = await Assert.ThrowsAsync<AnthropicNotFoundException>(async () =>
            await Client.Messages.Create(Ask("Hello.") with { Model = "nobody" }, Token)
        );

        Assert.Contains("nobody", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tool_OfTheProvidersServers_IsABadRequestThatNamesIt()
    {
        AnthropicBadRequestException error = await Assert.ThrowsAsync<AnthropicBadRequestException>(
            async () =>
                await Client.Messages.Create(
                    Ask("Hello.") with
                    {
                        Tools = [new WebSearchTool20250305()],
                    },
                    Token
                )
        );

        Assert.Contains("tools[0].type", error.Message, StringComparison.Ordinal);
    }

    private static MessageCreateParams Ask(string question) =>
        new()
        {
            Model = Role,
            MaxTokens = 200,
            Messages = [new UserMessageParam { Content = question }],
        };

    private Task<MessageTokensCount> CountAsync(string text) =>
        Client.Messages.CountTokens(
            new MessageCountTokensParams
            {
                Model = Role,
                Messages = [new UserMessageParam { Content = text }],
            },
            Token
        );

    private static string TextOf(Message message) =>
        string.Concat(message.Content.Select(b => b.TryPickText(out TextBlock? text) ? text.Text : ""));

    private static ToolUseBlock CallOf(Message message) =>
        message
            .Content.Select(b => b.TryPickToolUse(out ToolUseBlock? call) ? call : null)
            .First(call => call is not null)!;
}
