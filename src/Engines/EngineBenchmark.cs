using System.Net.Http.Json;
using System.Text.Json;

namespace LlmOperator.Engines;

/// <summary>A micro-benchmark with the timings that llama-server returns.</summary>
public static class EngineBenchmark
{
    private const int PromptRepeats = 32;
    private const int GeneratedTokens = 32;

    /// <summary>
    /// Reads a short prompt and writes 32 tokens; null when the instance returns no timings (other engines).
    /// </summary>
    /// <exception cref="HttpRequestException">The instance did not answer.</exception>
    public static async Task<EngineBenchmarkResult?> RunAsync(
        IEngineInstance instance,
        CancellationToken cancellationToken
    )
    {
        string prompt = string.Concat(Enumerable.Repeat("The quick brown fox. ", PromptRepeats));
        using HttpResponseMessage response = await instance.Client.PostAsJsonAsync(
            "completion",
            new
            {
                prompt,
                n_predict = GeneratedTokens,
                ignore_eos = true,
                cache_prompt = false,
                temperature = 0,
            },
            cancellationToken
        );
        if (!response.IsSuccessStatusCode)
        {
            return null;
        }

        using JsonDocument answer = await JsonDocument.ParseAsync(
            await response.Content.ReadAsStreamAsync(cancellationToken),
            cancellationToken: cancellationToken
        );
        return
            answer.RootElement.TryGetProperty("timings", out JsonElement timings)
            && timings.TryGetProperty("prompt_per_second", out JsonElement reading)
            && timings.TryGetProperty("predicted_per_second", out JsonElement writing)
            ? new EngineBenchmarkResult(reading.GetDouble(), writing.GetDouble())
            : null;
    }
}
