using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmOperator.PrefixBench;

/// <summary>A conversation of several turns; the client keeps its history and sends it whole, as chat clients do.</summary>
internal sealed class Conversation(HttpClient http, string policy, string systemPrompt, Random random)
{
    private const int Turns = 4;
    private static readonly string[] s_words =
    [
        "node",
        "model",
        "router",
        "replica",
        "memory",
        "cluster",
        "weights",
        "prompt",
        "token",
        "agent",
        "policy",
        "engine",
    ];

    /// <summary>Words by chance.</summary>
    public static string Words(Random random, int count) =>
        string.Join(' ', Enumerable.Range(0, count).Select(_ => s_words[random.Next(s_words.Length)]));

    public async Task<List<Sample>> RunAsync()
    {
        JsonArray messages = [new JsonObject { ["role"] = "system", ["content"] = systemPrompt }];
        List<Sample> samples = [];
        for (int turn = 0; turn < Turns; turn++)
        {
            messages.Add(new JsonObject { ["role"] = "user", ["content"] = Words(random, 40) });
            (Sample sample, string answer) = await AskAsync(messages);
            samples.Add(sample);
            messages.Add(new JsonObject { ["role"] = "assistant", ["content"] = answer });
        }

        return samples;
    }

    private async Task<(Sample Sample, string Answer)> AskAsync(JsonArray messages)
    {
        JsonObject body = new()
        {
            ["messages"] = messages.DeepClone(),
            ["model"] = policy,
            ["stream"] = true,
            ["stream_options"] = new JsonObject { ["include_usage"] = true },
            ["max_tokens"] = 16,
            ["temperature"] = 0,
        };
        using HttpRequestMessage request = new(HttpMethod.Post, "v1/chat/completions")
        {
            Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"),
        };
        long start = Stopwatch.GetTimestamp();
        using HttpResponseMessage response = await http.SendAsync(
            request,
            HttpCompletionOption.ResponseHeadersRead
        );
        if (!response.IsSuccessStatusCode)
        {
            throw new InvalidOperationException(await response.Content.ReadAsStringAsync());
        }

        using StreamReader reader = new(await response.Content.ReadAsStreamAsync());
        StringBuilder answer = new();
        double? first = null;
        (long evaluated, long cached) = (0, 0);
        while (await reader.ReadLineAsync() is { } line)
        {
            if (!line.StartsWith("data: {", StringComparison.Ordinal))
            {
                continue;
            }

            using JsonDocument frame = JsonDocument.Parse(line["data: ".Length..]);
            if (
                frame.RootElement.TryGetProperty("choices", out JsonElement choices)
                && choices.GetArrayLength() > 0
                && choices[0].GetProperty("delta").TryGetProperty("content", out JsonElement content)
                && content.ValueKind == JsonValueKind.String
            )
            {
                first ??= Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                answer.Append(content.GetString());
            }

            if (frame.RootElement.TryGetProperty("timings", out JsonElement timings))
            {
                evaluated = timings.GetProperty("prompt_n").GetInt64();
                cached = timings.TryGetProperty("cache_n", out JsonElement n) ? n.GetInt64() : 0;
            }
        }

        return (
            new Sample(first ?? throw new InvalidOperationException("No content came."), evaluated, cached),
            answer.ToString()
        );
    }
}
