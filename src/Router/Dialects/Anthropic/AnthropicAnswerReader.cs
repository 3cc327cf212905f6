using System.Text.Json;
using LlmOperator.Router.Dialects.OpenAi;
using LlmOperator.Router.Dialects.Translation;
using LlmOperator.Router.Forwarding;

namespace LlmOperator.Router.Dialects.Anthropic;

/// <summary>Reads whole answers of Anthropic's protocol into OpenAI's shape.</summary>
internal static class AnthropicAnswerReader
{
    /// <exception cref="JsonException">The text is not JSON.</exception>
    public static PooledBuffer ToOpenAi(ReadOnlyMemory<byte> answer)
    {
        using JsonDocument document = JsonDocument.Parse(answer);
        JsonElement root = document.RootElement;
        PooledBuffer output = new(answer.Length + 256);
        using Utf8JsonWriter json = new(output.AsBufferWriter());
        json.WriteStartObject();
        if (root.Member("error").ValueKind == JsonValueKind.Object)
        {
            json.WritePropertyName("error"u8);
            root.Member("error").WriteTo(json);
        }
        else
        {
            WriteCompletion(root, json);
        }

        json.WriteEndObject();
        json.Flush();
        return output;
    }

    /// <summary>OpenAI's <c>finish_reason</c> for Anthropic's <c>stop_reason</c>.</summary>
    public static string FinishReasonOf(string? stopReason) =>
        stopReason switch
        {
            "max_tokens" or "model_context_window_exceeded" => "length",
            "tool_use" => "tool_calls",
            "refusal" => "content_filter",
            _ => "stop",
        };

    /// <summary>Anthropic counts cached tokens beside the others, OpenAI among them.</summary>
    public static TokenUsage UsageOf(JsonElement usage)
    {
        long cached = usage.Member("cache_read_input_tokens").WholeOrZero();
        return new TokenUsage(
            usage.Member("input_tokens").WholeOrZero()
                + usage.Member("cache_creation_input_tokens").WholeOrZero()
                + cached,
            usage.Member("output_tokens").WholeOrZero(),
            cached
        );
    }

    /// <summary>Writes <c>usage</c>.</summary>
    public static void WriteUsage(Utf8JsonWriter json, TokenUsage usage)
    {
        json.WriteStartObject("usage"u8);
        json.WriteNumber("prompt_tokens"u8, usage.Prompt);
        json.WriteNumber("completion_tokens"u8, usage.Completion);
        json.WriteNumber("total_tokens"u8, usage.Prompt + usage.Completion);
        json.WriteStartObject("prompt_tokens_details"u8);
        json.WriteNumber("cached_tokens"u8, usage.CachedPrompt);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteCompletion(JsonElement root, Utf8JsonWriter json)
    {
        JsonElement[] blocks = [.. root.Member("content").ItemsOrNone()];
        json.WriteString("id"u8, root.Member("id").TextOrNull());
        json.WriteString("object"u8, "chat.completion"u8);
        json.WriteString("model"u8, root.Member("model").TextOrNull());
        json.WriteStartArray("choices"u8);
        json.WriteStartObject();
        json.WriteNumber("index"u8, 0);
        json.WriteStartObject("message"u8);
        json.WriteString("role"u8, "assistant"u8);
        json.WriteString("content"u8, TextOf(blocks, "text") ?? (HasCalls(blocks) ? null : ""));
        if (TextOf(blocks, "thinking") is { } thinking)
        {
            json.WriteString("reasoning_content"u8, thinking);
        }

        WriteCalls(blocks, json);
        json.WriteEndObject();
        json.WriteString("finish_reason"u8, FinishReasonOf(root.Member("stop_reason").TextOrNull()));
        json.WriteEndObject();
        json.WriteEndArray();
        WriteUsage(json, UsageOf(root.Member("usage")));
    }

    private static bool HasCalls(JsonElement[] blocks) =>
        blocks.Any(b => b.Member("type").TextOrNull() == "tool_use");

    private static string? TextOf(JsonElement[] blocks, string type)
    {
        string[] texts =
        [
            .. blocks
                .Where(b => b.Member("type").TextOrNull() == type)
                .Select(b => b.Member(type).TextOrNull() ?? ""),
        ];
        return texts.Length == 0 ? null : string.Concat(texts);
    }

    private static void WriteCalls(JsonElement[] blocks, Utf8JsonWriter json)
    {
        if (!HasCalls(blocks))
        {
            return;
        }

        json.WriteStartArray("tool_calls"u8);
        foreach (JsonElement call in blocks.Where(b => b.Member("type").TextOrNull() == "tool_use"))
        {
            JsonElement input = call.Member("input");
            ChatMessage.WriteCall(
                json,
                call.Member("id").TextOrNull(),
                call.Member("name").TextOrNull(),
                input.ValueKind == JsonValueKind.Undefined ? "{}" : input.GetRawText()
            );
        }

        json.WriteEndArray();
    }
}
