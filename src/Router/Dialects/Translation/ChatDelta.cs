using System.Text.Json;
using LlmOperator.Router.Dialects.OpenAi;

namespace LlmOperator.Router.Dialects.Translation;

/// <summary>One event of a streamed OpenAI chat answer, read for translation.</summary>
internal sealed record ChatDelta
{
    public string? Text { get; init; }

    /// <summary>What a model says to itself before it answers.</summary>
    public string? Reasoning { get; init; }

    public IReadOnlyList<ToolCallDelta> ToolCalls { get; init; } = [];

    /// <summary><c>stop</c>, <c>length</c>, <c>tool_calls</c> or <c>content_filter</c>; null before the end.</summary>
    public string? FinishReason { get; init; }

    public TokenUsage? Usage { get; init; }

    /// <summary>Reads an event's JSON text: of the first choice only, as the other dialects have one answer.</summary>
    public static ChatDelta Read(ReadOnlyMemory<byte> json)
    {
        // {"choices":[{"delta":{"content":"Hel"},"finish_reason":null}],"usage":null}
        using JsonDocument document = JsonDocument.Parse(json);
        JsonElement root = document.RootElement;
        JsonElement choice = root.FirstOf("choices");
        JsonElement delta = choice.Member("delta");
        return new ChatDelta
        {
            Text = delta.Member("content").TextOrNull() ?? choice.Member("text").TextOrNull(),
            Reasoning =
                delta.Member("reasoning_content").TextOrNull() ?? delta.Member("reasoning").TextOrNull(),
            ToolCalls = [.. delta.Member("tool_calls").ItemsOrNone().Select(ToolCallDelta.Read)],
            FinishReason = choice.Member("finish_reason").TextOrNull(),
            Usage = TokenUsage.Read(root.Member("usage")),
        };
    }
}
