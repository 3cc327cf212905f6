using System.Text.Json;
using LlmOperator.Router.Dialects.OpenAi;
using LlmOperator.Router.Dialects.Translation;

namespace LlmOperator.Router.Dialects.Ollama;

/// <summary>Reads <c>POST /api/chat</c>.</summary>
internal static class OllamaChatRequest
{
    /// <exception cref="InvalidRequestException">It is no such request.</exception>
    public static OpenAiRequest Read(ReadOnlyMemory<byte> body)
    {
        using JsonDocument document = Field.Parse(body);
        Field root = new(document.RootElement, "");
        using ChatRequestText text = new();
        text.Begin(root["model"].Text(), root["stream"].OptionalFlag() ?? true);
        OllamaOptions.Write(root["options"], text);
        OllamaOptions.WriteFormat(root["format"], text);
        OllamaOptions.WriteThink(root["think"], text);
        WriteTools(root["tools"], text);
        text.Json.WriteStartArray("messages"u8);
        OllamaToolCalls calls = new();
        foreach (Field message in root["messages"].Items())
        {
            WriteMessage(message, calls, text.Json);
        }

        text.Json.WriteEndArray();
        DropOthers(root, text);
        return text.ToRequest(OpenAiOperation.ChatCompletions);
    }

    private static void DropOthers(Field root, ChatRequestText text)
    {
        foreach ((string name, _) in root.Members())
        {
            if (
                name is not ("model" or "stream" or "options" or "format" or "think" or "tools" or "messages")
            )
            {
                text.Drop(name);
            }
        }
    }

    private static void WriteTools(Field tools, ChatRequestText text)
    {
        if (tools.Items().Any())
        {
            text.Copy(tools, "tools");
        }
    }

    private static void WriteMessage(Field message, OllamaToolCalls calls, Utf8JsonWriter json)
    {
        string role = message["role"].Text();
        json.WriteStartObject();
        json.WriteString("role"u8, role);
        if (role == "tool")
        {
            json.WriteString(
                "tool_call_id"u8,
                message["tool_call_id"].OptionalText()
                    ?? calls.IdOf(message["tool_name"].OptionalText() ?? message["name"].OptionalText())
            );
        }

        WriteContent(message, json);
        if (message["thinking"].OptionalText() is { Length: > 0 } thinking)
        {
            json.WriteString("reasoning_content"u8, thinking);
        }

        calls.Write(message["tool_calls"], json);
        json.WriteEndObject();
    }

    private static void WriteContent(Field message, Utf8JsonWriter json)
    {
        string content = message["content"].OptionalText() ?? "";
        Field images = message["images"];
        if (!images.Items().Any())
        {
            json.WriteString("content"u8, content);
            return;
        }

        json.WriteStartArray("content"u8);
        ChatMessage.WriteText(json, content);
        foreach (Field image in images.Items())
        {
            OllamaImages.Write(image, json);
        }

        json.WriteEndArray();
    }
}
