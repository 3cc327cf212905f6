using System.Diagnostics;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using LlmOperator.EndToEnd.Harness;

namespace LlmOperator.EndToEnd.Stories;

/// <summary>Engines that die.</summary>
public sealed class EngineFaultStories(UpWithDemoModel fixture) : IClassFixture<UpWithDemoModel>
{
    private const string Question = "What is LlmOperator?";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(3)]
    [InlineData(20)]
    public async Task Engine_KilledWhileItStreams_TheSameStreamGoesOnWordForWord(int killAfterFrames)
    {
        using HttpClient http = new() { BaseAddress = fixture.Up.Router };
        string? undisturbed;
        // The engine may still be starting after the kill before.
        while ((undisturbed = await TryAskAsync(http, Question)) is null)
        {
            await Task.Delay(100, Token);
        }

        long started = Stopwatch.GetTimestamp();
        (StreamEnd end, string text) = await StreamAsync(http, killAfterFrames);

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"the stream ended as {end} after {Stopwatch.GetElapsedTime(started).TotalSeconds:0.00} s"
        );
        Assert.Equal(StreamEnd.Whole, end);
        Assert.Equal(undisturbed, text);
    }

    [Fact]
    public async Task Engine_ProjectsMoreThanSomebodyStated_IsGivenWhatItNeedsAndLoads()
    {
        await fixture.Up.ApplyAsync(
            DemoModelFile.Manifest("stated", "  parallelSequences: 64\n  memory: { override: 1Mi }"),
            Token
        );

        await fixture.Up.WaitForConditionAsync("llmmodel", "stated", "Ready", "True", reason: null, Token);

        JsonNode replica = (await fixture.Up.ListAsync("modelreplicas", Token)).Single(r =>
            (string?)r!["spec"]!["modelName"] == "stated"
        )!;
        long reserved = replica["spec"]!["reservations"]!.AsArray().Sum(r => (long)r!["totalBytes"]!);
        long projected = (long)replica["status"]!["memory"]!["projected"]!;
        Assert.InRange(projected, 100 << 20, reserved);
        Assert.Null(replica["spec"]!["exhausted"]);
        Assert.Equal(2048, (int)replica["spec"]!["engine"]!["contextLength"]!);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"stated 1 MiB, projected {projected}, reserved {reserved}"
        );
    }

    private static object Request(string question, bool stream) =>
        new
        {
            model = UpWithDemoModel.ModelName,
            stream,
            temperature = 0,
            messages = new[] { new { role = "user", content = question } },
        };

    private static async Task<string?> TryAskAsync(HttpClient http, string question)
    {
        using HttpResponseMessage response = await http.PostAsJsonAsync(
            "v1/chat/completions",
            Request(question, stream: false),
            Token
        );
        JsonNode? body = JsonNode.Parse(await response.Content.ReadAsStringAsync(Token));
        return response.IsSuccessStatusCode ? (string?)body!["choices"]![0]!["message"]!["content"] : null;
    }

    // The status may still be without the process after the kill before.
    private async Task<int> EngineProcessAsync()
    {
        while (true)
        {
            JsonNode replica = (await fixture.Up.ListAsync("modelreplicas", Token)).Single(r =>
                (string?)r!["spec"]!["modelName"] == UpWithDemoModel.ModelName
            )!;
            if ((int?)replica["status"]?["process"]?["processId"] is { } processId)
            {
                return processId;
            }

            await Task.Delay(100, Token);
        }
    }

    private async Task<(StreamEnd End, string Text)> StreamAsync(HttpClient http, int killAfterFrames)
    {
        int engine = await EngineProcessAsync();
        using HttpRequestMessage request = new(HttpMethod.Post, "v1/chat/completions")
        {
            Content = JsonContent.Create(Request(Question, stream: true)),
        };
        using HttpResponseMessage response = await http.SendAsync(
            request,
            HttpCompletionOption.ResponseHeadersRead,
            Token
        );
        response.EnsureSuccessStatusCode();
        using StreamReader reader = new(await response.Content.ReadAsStreamAsync(Token));
        int frames = 0;
        StringBuilder text = new();
        try
        {
            while (await reader.ReadLineAsync(Token) is { } line)
            {
                if (line.StartsWith("data: [DONE]", StringComparison.Ordinal))
                {
                    return (StreamEnd.Whole, text.ToString());
                }

                if (line.StartsWith("data: {\"error\"", StringComparison.Ordinal))
                {
                    return (StreamEnd.Error, text.ToString());
                }

                if (!line.StartsWith("data:", StringComparison.Ordinal))
                {
                    continue;
                }

                text.Append((string?)JsonNode.Parse(line[5..])!["choices"]![0]!["delta"]?["content"]);
                if (++frames == killAfterFrames)
                {
                    Signals.Send(engine, Signals.Kill);
                }
            }

            return (StreamEnd.SilentCut, text.ToString());
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            return (StreamEnd.Error, text.ToString());
        }
    }

    private enum StreamEnd
    {
        SilentCut,
        Whole,
        Error,
    }
}
