using System.Text;
using System.Text.Json.Nodes;
using LlmOperator.EndToEnd.Harness;

namespace LlmOperator.EndToEnd.Stories;

/// <summary>What cannot be done is refused with one clear sentence.</summary>
public sealed class RefusalStories(RefusalStories.Fixture fixture) : IClassFixture<RefusalStories.Fixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private RunningUp Up => fixture.Up;

    [Fact]
    public async Task Model_FileIsNoGguf_IsNotAccepted()
    {
        string file = Path.Combine(Up.Folder, "notes.gguf");
        await File.WriteAllTextAsync(file, "These are my notes, not a model.", Token);
        await Up.ApplyAsync(
            $$"""
            apiVersion: llmoperator.dev/v1alpha1
            kind: LlmModel
            metadata: { name: notes }
            spec: { source: { file: { path: "{{file}}" } } }
            """,
            Token
        );

        JsonNode condition = await Up.WaitForConditionAsync(
            "llmmodel",
            "notes",
            "Accepted",
            "False",
            "InvalidModelFile",
            Token
        );

        Assert.Contains("GGUF", (string)condition["message"]!, StringComparison.Ordinal);
        Assert.DoesNotContain(
            await Up.ListAsync("modelreplicas", Token),
            r => (string?)r!["spec"]!["modelName"] == "notes"
        );
    }

    [Fact]
    public async Task Model_LargerThanEveryNode_SaysPerNodeHowManyBytesAreMissing()
    {
        await Up.ApplyAsync(DemoModelFile.Manifest("too-large"), Token);

        await Up.WaitForConditionAsync(
            "llmmodel",
            "too-large",
            "Placed",
            "False",
            "InsufficientMemory",
            Token
        );

        JsonNode model = (await Up.GetAsync("llmmodel", "too-large", Token))!;
        JsonArray refusals = model["status"]!["refusals"]!.AsArray();
        Assert.Equal(["local", "local-2"], refusals.Select(r => (string)r!["node"]!));
        Assert.All(refusals, r => Assert.True((long)r!["missingBytes"]! > 0, r.ToString()));
    }

    [Fact]
    public async Task Provider_WithoutKey_IsAClearError()
    {
        await Up.ApplyAsync(
            """
            apiVersion: llmoperator.dev/v1alpha1
            kind: InferenceProvider
            metadata: { name: cloud }
            spec:
              baseUrl: https://api.example.com/v1
              apiKeySecretRef: { name: cloud-key, key: token }
              models: [{ name: large }]
            ---
            apiVersion: llmoperator.dev/v1alpha1
            kind: RoutingPolicy
            metadata: { name: cloud-only }
            spec:
              mode: CloudOnly
              targets: [{ provider: cloud, model: large }]
            """,
            Token
        );
        JsonNode condition = await Up.WaitForConditionAsync(
            "inferenceprovider",
            "cloud",
            "Ready",
            "False",
            "KeyNotFound",
            Token
        );
        using HttpClient http = new();
        using StringContent body = new(
            """{"model":"cloud-only","messages":[{"role":"user","content":"Hello"}]}""",
            Encoding.UTF8,
            "application/json"
        );

        using HttpResponseMessage answer = await http.PostAsync(
            new Uri(Up.Router, "v1/chat/completions"),
            body,
            Token
        );

        string text = await answer.Content.ReadAsStringAsync(Token);
        Assert.Contains("cloud-key", (string)condition["message"]!, StringComparison.Ordinal);
        Assert.False(answer.IsSuccessStatusCode);
        Assert.Contains(
            "cloud-key",
            (string?)JsonNode.Parse(text)!["error"]!["message"],
            StringComparison.Ordinal
        );
    }

    public sealed class Fixture : IAsyncLifetime
    {
        private RunningUp? _up;

        public RunningUp Up => _up ?? throw new InvalidOperationException("The fixture has not started.");

        public async ValueTask InitializeAsync() =>
            _up = await RunningUp.StartAsync(CancellationToken.None, "--nodes", "2", "--node-memory", "2Mi");

        public async ValueTask DisposeAsync()
        {
            if (_up is not null)
            {
                await _up.DisposeAsync();
            }
        }
    }
}
