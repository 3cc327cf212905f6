using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using LlmOperator.EndToEnd.Harness;

namespace LlmOperator.EndToEnd.Stories;

/// <summary>Many streams, two agents, and one of them is killed again and again.</summary>
public sealed class StreamFailoverStories
{
    private const string Model = "steady";
    private const int Streams = 100;
    private const int Kills = 4;
    private static readonly TimeSpan s_between = TimeSpan.FromSeconds(5);
    private static readonly string[] s_questions =
    [
        "What is LlmOperator?",
        "What is a ModelReplica?",
        "What does the router do?",
        "What does the node agent do?",
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Agent_KilledEveryFiveSecondsUnderStreams_EveryStreamIsWholeAndWordForWord()
    {
        await using RunningUp up = await RunningUp.StartAsync(Token);
        await using AgentProcess second = AgentProcess.Start(up, "second");
        await up.ApplyAsync(
            DemoModelFile.Manifest(Model, "  parallelSequences: 8\n  placement: { replicas: 2 }"),
            Token
        );
        await up.WaitForConditionAsync("llmmodel", Model, "Ready", "True", reason: null, Token);
        using HttpClient http = new() { BaseAddress = up.Router, Timeout = TimeSpan.FromMinutes(5) };
        Dictionary<string, string> undisturbed = [];
        foreach (string question in s_questions)
        {
            undisturbed[question] = await AskAsync(http, question);
        }

        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(Token);
        Task<List<string>>[] clients =
        [
            .. Enumerable
                .Range(0, Streams)
                .Select(i =>
                    Task.Run(
                        () =>
                            StreamOnAsync(http, s_questions[i % s_questions.Length], undisturbed, over.Token),
                        Token
                    )
                ),
        ];
        for (int kill = 0; kill < Kills; kill++)
        {
            await Task.Delay(s_between, Token);
            await second.KillAndRestartAsync(Token);
        }

        await Task.Delay(s_between, Token);
        await over.CancelAsync();
        string[] outcomes = [.. (await Task.WhenAll(clients)).SelectMany(c => c)];

        string[] wrong = [.. outcomes.Where(o => o.Length > 0)];
        int wentOn = await ContinuationsAsync(http);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{outcomes.Length} streams beside {Kills} kills: {wrong.Length} broken or different, {wentOn} went on at the other agent"
        );
        Assert.True(outcomes.Length > Streams, $"only {outcomes.Length} streams ended");
        Assert.Empty(wrong);
        Assert.True(wentOn > 0, "no stream was on the agent when it was killed");
    }

    private static async Task<int> ContinuationsAsync(HttpClient http)
    {
        string metrics = await http.GetStringAsync("metrics", Token);
        string? line = metrics
            .Split('\n')
            .FirstOrDefault(l => l.StartsWith("llmop_router_continuations", StringComparison.Ordinal));
        return line is null ? 0 : int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture);
    }

    private static object Request(string question, bool stream) =>
        new
        {
            model = Model,
            stream,
            temperature = 0,
            messages = new[] { new { role = "user", content = question } },
        };

    private static async Task<string> AskAsync(HttpClient http, string question)
    {
        using HttpResponseMessage response = await http.PostAsJsonAsync(
            "v1/chat/completions",
            Request(question, stream: false),
            Token
        );
        JsonNode body = JsonNode.Parse(await response.Content.ReadAsStringAsync(Token))!;
        return (string)body["choices"]![0]!["message"]!["content"]!;
    }

    // One stream after the other; what went wrong with each, empty for a good one.
    private static async Task<List<string>> StreamOnAsync(
        HttpClient http,
        string question,
        Dictionary<string, string> undisturbed,
        CancellationToken over
    )
    {
        List<string> outcomes = [];
        while (!over.IsCancellationRequested)
        {
            (string text, string problem) = await StreamAsync(http, question);
            outcomes.Add(
                problem.Length > 0 ? problem
                : text == undisturbed[question] ? ""
                : $"expected: {undisturbed[question]}\nread: {text}"
            );
        }

        return outcomes;
    }

    private static async Task<(string Text, string Problem)> StreamAsync(HttpClient http, string question)
    {
        StringBuilder text = new();
        try
        {
            using HttpRequestMessage request = new(HttpMethod.Post, "v1/chat/completions")
            {
                Content = JsonContent.Create(Request(question, stream: true)),
            };
            using HttpResponseMessage response = await http.SendAsync(
                request,
                HttpCompletionOption.ResponseHeadersRead,
                Token
            );
            if (!response.IsSuccessStatusCode)
            {
                return ("", $"{(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(Token)}");
            }

            using StreamReader reader = new(await response.Content.ReadAsStreamAsync(Token));
            while (await reader.ReadLineAsync(Token) is { } line)
            {
                if (line == "data: [DONE]")
                {
                    return (text.ToString(), "");
                }

                if (line.StartsWith("data: {", StringComparison.Ordinal))
                {
                    JsonNode frame = JsonNode.Parse(line[6..])!;
                    if (frame["error"] is { } error)
                    {
                        return ("", error.ToJsonString());
                    }

                    text.Append((string?)frame["choices"]![0]!["delta"]?["content"]);
                }
            }

            return ("", $"a silent cut after: {text}");
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            return ("", $"{e.Message} after: {text}");
        }
    }
}
