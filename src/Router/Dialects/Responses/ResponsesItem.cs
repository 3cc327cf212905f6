using System.Text;
using System.Text.Json;
using LlmOperator.Router.Dialects.Translation;

namespace LlmOperator.Router.Dialects.Responses;

/// <summary>An item of an answer.</summary>
/// <param name="kind">What it is.</param>
/// <param name="index">Its place in the answer.</param>
/// <param name="answerId">What makes the ids of the answer its own.</param>
/// <param name="call">The first piece of a call; null for others.</param>
internal sealed class ResponsesItem(ResponsesItemKind kind, int index, string answerId, ToolCallDelta? call)
{
    private readonly string _id = $"{PrefixOf(kind)}_{answerId}_{index}";

    public ResponsesItemKind Kind => kind;

    public int Index => index;

    /// <summary>Which call of the answer; null for others.</summary>
    public int? CallIndex => call?.Index;

    /// <summary>Its text, or the arguments of its call, so far.</summary>
    public StringBuilder Text { get; } = new();

    /// <summary>True when nothing more comes.</summary>
    public bool IsDone { get; set; }

    /// <summary>What the events of its text are called, before <c>.delta</c> and <c>.done</c>.</summary>
    public string TextEvent =>
        kind switch
        {
            ResponsesItemKind.Call => "response.function_call_arguments",
            ResponsesItemKind.Reasoning => "response.reasoning_text",
            _ => "response.output_text",
        };

    /// <summary>Where an event of its text belongs.</summary>
    public void WritePlace(Utf8JsonWriter json)
    {
        json.WriteString("item_id"u8, _id);
        json.WriteNumber("output_index"u8, index);
        if (kind != ResponsesItemKind.Call)
        {
            json.WriteNumber("content_index"u8, 0);
        }
    }

    /// <summary>The item as it is now.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, _id);
        json.WriteString("status"u8, IsDone ? "completed" : "in_progress");
        switch (kind)
        {
            case ResponsesItemKind.Call:
                json.WriteString("type"u8, "function_call"u8);
                json.WriteString("call_id"u8, call!.Id ?? _id);
                json.WriteString("name"u8, call.Name ?? "");
                json.WriteString("arguments"u8, Text.ToString());
                break;
            case ResponsesItemKind.Reasoning:
                json.WriteString("type"u8, "reasoning"u8);
                json.WriteStartArray("summary"u8);
                json.WriteEndArray();
                json.WriteStartArray("content"u8);
                json.WriteStartObject();
                json.WriteString("type"u8, "reasoning_text"u8);
                json.WriteString("text"u8, Text.ToString());
                json.WriteEndObject();
                json.WriteEndArray();
                break;
            default:
                json.WriteString("type"u8, "message"u8);
                json.WriteString("role"u8, "assistant"u8);
                json.WriteStartArray("content"u8);
                if (IsDone)
                {
                    WritePart(json);
                }

                json.WriteEndArray();
                break;
        }

        json.WriteEndObject();
    }

    /// <summary>The text of a message as a part of it.</summary>
    public void WritePart(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "output_text"u8);
        json.WriteString("text"u8, Text.ToString());
        json.WriteStartArray("annotations"u8);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string PrefixOf(ResponsesItemKind kind) =>
        kind switch
        {
            ResponsesItemKind.Call => "fc",
            ResponsesItemKind.Reasoning => "rs",
            _ => "msg",
        };
}
