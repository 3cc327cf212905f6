using System.ClientModel;
using System.ClientModel.Primitives;
using System.Security.Cryptography;
using System.Text;
using LlmOperator.EndToEnd.Harness;
using OpenAI;
using OpenAI.Chat;

namespace LlmOperator.EndToEnd.Stories;

/// <summary>What the official OpenAI client for .NET, unmodified, is told where keys are demanded.</summary>
public sealed class OpenAIKeyStories(UpWithDemoModel fixture) : IClassFixture<UpWithDemoModel>, IAsyncLifetime
{
    private const string Key = "sk-a-key-of-these-stories-that-is-long-enough";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await fixture.Up.ApplyAsync(
            $$"""
            apiVersion: llmoperator.dev/v1alpha1
            kind: WorkerRole
            metadata: { name: closed }
            spec:
              targets: [{ model: {{UpWithDemoModel.ModelName}} }]
            ---
            apiVersion: llmoperator.dev/v1alpha1
            kind: RouterKey
            metadata: { name: stories }
            spec:
              sha256: {{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Key)))}}
              allowedNames: [{{UpWithDemoModel.ModelName}}]
              requestLimits: { requestsPerMinute: 2 }
            """,
            Token
        );
        // The router has heard of the key as soon as it demands one.
        while (await StatusAsync("sk-nobody-has-this-key-here", UpWithDemoModel.ModelName) != 401)
        {
            await Task.Delay(50, Token);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Keys_WrongClosedAndTooOften_AreToldApart()
    {
        Assert.Equal(401, await StatusAsync("sk-nobody-has-this-key-here", UpWithDemoModel.ModelName));
        Assert.Equal(403, await StatusAsync(Key, "closed"));
        List<int> statuses = [];
        // Two a minute: of five at least two are too many, also when a minute begins meanwhile.
        for (int i = 0; i < 5; i++)
        {
            statuses.Add(await StatusAsync(Key, UpWithDemoModel.ModelName));
        }

        Assert.Equal(200, statuses[0]);
        Assert.Contains(429, statuses);
        Assert.All(statuses, s => Assert.True(s is 200 or 429, $"{s}"));
    }

    private async Task<int> StatusAsync(string key, string model)
    {
        ChatClient client = new OpenAIClient(
            new ApiKeyCredential(key),
            new OpenAIClientOptions
            {
                Endpoint = new Uri(fixture.Up.Router, "v1"),
                RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
            }
        ).GetChatClient(model);
        try
        {
            ClientResult<ChatCompletion> answer = await client.CompleteChatAsync(
                [new UserChatMessage("Hello")],
                new ChatCompletionOptions { MaxOutputTokenCount = 1 },
                Token
            );
            return answer.GetRawResponse().Status;
        }
        catch (ClientResultException e)
        {
            return e.Status;
        }
    }
}
