using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using LlmOperator.EndToEnd.Harness;

namespace LlmOperator.EndToEnd.Stories;

/// <summary>What an on-demand model has evaluated of a conversation, after it left memory and came back.</summary>
public sealed class KeptPromptStories(UpWithDemoModel fixture) : IClassFixture<UpWithDemoModel>
{
    private const UnixFileMode Private =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(90);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Model_ThatKeepsPrompts_EvaluatesLessAfterItWasOut()
    {
        (int first, int again) = await EvaluatedAsync("keeps", "keptPrompts: 64Mi");

        Assert.True(first > 100, $"{first} tokens at first");
        Assert.True(again < first / 2, $"{again} of {first} tokens again");
        Assert.All(
            Directory.GetDirectories(fixture.Up.Folder, "slots", SearchOption.AllDirectories),
            f => Assert.Equal(Private, File.GetUnixFileMode(Directory.GetDirectories(f).Single()))
        );
    }

    [Fact]
    public async Task Model_ThatKeepsNothing_EvaluatesAllAgain()
    {
        (int first, int again) = await EvaluatedAsync("forgets", "");

        Assert.Equal(first, again);
    }

    private async Task<(int First, int Again)> EvaluatedAsync(string name, string keeping)
    {
        await fixture.Up.ApplyAsync(
            DemoModelFile.Manifest(
                name,
                $"  loading: {{ mode: OnDemand, idleTimeout: 1s{(keeping.Length > 0 ? ", " + keeping : "")} }}"
            ),
            Token
        );
        await fixture.Up.WaitForConditionAsync("llmmodel", name, "Ready", "True", reason: null, Token);
        int first = await AskAsync(name);
        await UntilOutAsync(name);
        int again = await AskAsync(name);
        return (first, again);
    }

    // {"timings":{"cache_n":0,"prompt_n":350,…}}
    private async Task<int> AskAsync(string model)
    {
        using HttpClient http = new() { BaseAddress = fixture.Up.Router, Timeout = TimeSpan.FromSeconds(60) };
        string much = string.Join(' ', Enumerable.Range(0, 80).Select(i => $"word{i}"));
        using StringContent body = new(
            $$"""{"model":"{{model}}","max_tokens":4,"temperature":0,"messages":[{"role":"user","content":"{{much}}"}]}""",
            Encoding.UTF8,
            "application/json"
        );
        using HttpResponseMessage answer = await http.PostAsync(
            new Uri("v1/chat/completions", UriKind.Relative),
            body,
            Token
        );
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Token));
        JsonNode json = (await answer.Content.ReadFromJsonAsync<JsonNode>(Token))!;
        return (int)json["timings"]!["prompt_n"]!;
    }

    // The event, and not the residency: that may still be the one of before.
    private async Task UntilOutAsync(string model)
    {
        string replica = (string)
            (await fixture.Up.ListAsync("modelreplica", Token)).Single(r =>
                (string?)r!["spec"]!["modelName"] == model
            )!["metadata"]!["name"]!;
        long start = TimeProvider.System.GetTimestamp();
        while (
            !(await fixture.Up.ListAsync("events", Token)).Any(e =>
                (string?)e!["reason"] == "Unloaded" && (string?)e["involvedObject"]!["name"] == replica
            )
        )
        {
            Assert.True(
                TimeProvider.System.GetElapsedTime(start) < s_patience,
                $"{model} did not leave memory: {fixture.Up.Process.Output}"
            );
            await Task.Delay(100, Token);
        }
    }
}
