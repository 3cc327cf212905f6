using System.Text.Json;

namespace LlmOperator.Router.Dialects.Translation;

/// <summary>Writes messages of the canonical form, and what they are made of.</summary>
internal static class ChatMessage
{
    /// <summary>A message of text.</summary>
    public static void Write(Utf8JsonWriter json, string role, string content)
    {
        json.WriteStartObject();
        json.WriteString("role"u8, role);
        json.WriteString("content"u8, content);
        json.WriteEndObject();
    }

    /// <summary>The result of a tool.</summary>
    public static void WriteResult(Utf8JsonWriter json, string callId, string content)
    {
        json.WriteStartObject();
        json.WriteString("role"u8, "tool"u8);
        json.WriteString("tool_call_id"u8, callId);
        json.WriteString("content"u8, content);
        json.WriteEndObject();
    }

    /// <summary>Text as a part of a message.</summary>
    public static void WriteText(Utf8JsonWriter json, string text)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "text"u8);
        json.WriteString("text"u8, text);
        json.WriteEndObject();
    }

    /// <summary>An image as a part of a message.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="url">Its address, or <c>data:TYPE;base64,…</c>.</param>
    public static void WriteImage(Utf8JsonWriter json, string url)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "image_url"u8);
        json.WriteStartObject("image_url"u8);
        json.WriteString("url"u8, url);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>A call of a function.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="id">Its id.</param>
    /// <param name="name">The function.</param>
    /// <param name="arguments">Its arguments as JSON text.</param>
    public static void WriteCall(Utf8JsonWriter json, string? id, string? name, string arguments)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, id);
        json.WriteString("type"u8, "function"u8);
        json.WriteStartObject("function"u8);
        json.WriteString("name"u8, name);
        json.WriteString("arguments"u8, arguments);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
