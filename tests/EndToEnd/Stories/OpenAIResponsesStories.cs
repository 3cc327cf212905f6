using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text;
using LlmOperator.EndToEnd.Harness;
using OpenAI.Responses;

// The client calls its face of the responses experimental.
#pragma warning disable OPENAI001

namespace LlmOperator.EndToEnd.Stories;

/// <summary>Responses with the official OpenAI client for .NET, unmodified, through the router.</summary>
public sealed class OpenAIResponsesStories(UpWithDemoModel fixture) : IClassFixture<UpWithDemoModel>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ResponsesClient Client =>
        new(
            new ApiKeyCredential("not-needed-on-loopback"),
            new ResponsesClientOptions
            {
                Endpoint = new Uri(fixture.Up.Router, "v1"),
                RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
            }
        );

    [Fact]
    public async Task Response_Whole_HasTheTextAndItsUsage()
    {
        ResponseResult answer = await Client.CreateResponseAsync(Ask(DemoModelFile.Question), Token);

        Assert.Contains("LlmOperator", answer.GetOutputText(), StringComparison.Ordinal);
        Assert.Equal(ResponseStatus.Completed, answer.Status);
        Assert.True(answer.Usage.OutputTokenCount > 5);
    }

    [Fact]
    public async Task Response_Streamed_HasTheSameText()
    {
        ResponseResult whole = await Client.CreateResponseAsync(Ask(DemoModelFile.Question), Token);

        StringBuilder text = new();
        ResponseResult? last = null;
        CreateResponseOptions ask = Ask(DemoModelFile.Question);
        ask.StreamingEnabled = true;
        await foreach (
            StreamingResponseUpdate update in await Client.CreateResponseStreamingAsync(ask, Token)
        )
        {
            switch (update)
            {
                case StreamingResponseOutputTextDeltaUpdate delta:
                    text.Append(delta.Delta);
                    break;
                case StreamingResponseCompletedUpdate completed:
                    last = completed.Response;
                    break;
            }
        }

        Assert.Equal(whole.GetOutputText(), text.ToString());
        Assert.Equal(whole.GetOutputText(), last?.GetOutputText());
    }

    [Fact]
    public async Task Response_FunctionTool_IsCalled()
    {
        CreateResponseOptions ask = Ask("Call list_models.");
        ask.ToolChoice = ResponseToolChoice.CreateRequiredChoice();
        ask.Tools.Add(
            ResponseTool.CreateFunctionTool(
                "list_models",
                BinaryData.FromString("""{"type":"object","properties":{},"required":[]}"""),
                strictModeEnabled: false,
                "List all models."
            )
        );

        ResponseResult answer = await Client.CreateResponseAsync(ask, Token);

        Assert.Equal(
            "list_models",
            answer.OutputItems.OfType<FunctionCallResponseItem>().Single().FunctionName
        );
    }

    [Fact]
    public async Task Response_FewTokens_IsIncomplete()
    {
        CreateResponseOptions ask = Ask(DemoModelFile.Question);
        ask.MaxOutputTokenCount = 3;

        ResponseResult answer = await Client.CreateResponseAsync(ask, Token);

        Assert.Equal(ResponseStatus.Incomplete, answer.Status);
        Assert.Equal(ResponseIncompleteStatusReason.MaxOutputTokens, answer.IncompleteStatusDetails.Reason);
    }

    [Fact]
    public async Task Response_OfAnEarlierOne_IsRefusedByTheField()
    {
        CreateResponseOptions ask = Ask(DemoModelFile.Question);
        ask.PreviousResponseId = "resp_1";

        ClientResultException error = await Assert.ThrowsAsync<ClientResultException>(async () =>
            await Client.CreateResponseAsync(ask, Token)
        );

        Assert.Equal(400, error.Status);
        Assert.Contains("previous_response_id", error.Message, StringComparison.Ordinal);
    }

    private static CreateResponseOptions Ask(string question) =>
        new()
        {
            Model = UpWithDemoModel.ModelName,
            Temperature = 0,
            InputItems = { ResponseItem.CreateUserMessageItem(question) },
        };
}
