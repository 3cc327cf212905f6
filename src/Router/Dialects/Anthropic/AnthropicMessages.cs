using System.Text.Json;
using LlmOperator.Router.Dialects.Translation;

namespace LlmOperator.Router.Dialects.Anthropic;

/// <summary>Writes messages in OpenAI's shape: results of tools are messages of their own there.</summary>
internal static class AnthropicMessages
{
    /// <summary>Writes one message.</summary>
    public static void Write(Field message, ChatRequestText text)
    {
        string role = message["role"].Text();
        Field content = message["content"];
        Field[] blocks = content.IsText ? [] : [.. content.Items()];
        switch (role)
        {
            case "assistant":
                WriteAssistant(content, blocks, text);
                break;
            case "user":
                WriteUser(content, blocks, text);
                break;
            case "system":
                WriteText(role, content.IsText ? content.Text() : Join(blocks), text.Json);
                break;
            default:
                throw message["role"].Wrong("must be user or assistant");
        }
    }

    private static void WriteUser(Field content, Field[] blocks, ChatRequestText text)
    {
        foreach (Field result in blocks.Where(b => b["type"].Text() == "tool_result"))
        {
            WriteResult(result, text);
        }

        if (content.IsText)
        {
            WriteText("user", content.Text(), text.Json);
            return;
        }

        Field[] parts = [.. blocks.Where(b => b["type"].Text() != "tool_result")];
        if (parts.Length == 0)
        {
            return;
        }

        text.Json.WriteStartObject();
        text.Json.WriteString("role"u8, "user"u8);
        text.Json.WriteStartArray("content"u8);
        foreach (Field part in parts)
        {
            WritePart(part, text);
        }

        text.Json.WriteEndArray();
        text.Json.WriteEndObject();
    }

    private static void WritePart(Field part, ChatRequestText text)
    {
        Utf8JsonWriter json = text.Json;
        Field source = part["source"];
        json.WriteStartObject();
        switch (part["type"].Text())
        {
            case "text":
                json.WriteString("type"u8, "text"u8);
                json.WriteString("text"u8, part["text"].Text());
                break;
            case "document" when source["type"].OptionalText() == "text":
                json.WriteString("type"u8, "text"u8);
                json.WriteString("text"u8, source["data"].Text());
                break;
            case "image":
                json.WriteString("type"u8, "image_url"u8);
                json.WriteStartObject("image_url"u8);
                json.WriteString(
                    "url"u8,
                    source["type"].Text() == "url"
                        ? source["url"].Text()
                        : $"data:{source["media_type"].Text()};base64,{source["data"].Text()}"
                );
                json.WriteEndObject();
                break;
            default:
                throw part["type"]
                    .Wrong("is a kind of content that no target here takes; send text or an image");
        }

        json.WriteEndObject();
        if (part["cache_control"].IsSet)
        {
            text.Drop("cache_control");
        }
    }

    private static void WriteResult(Field result, ChatRequestText text)
    {
        Field content = result["content"];
        string said =
            content.IsText ? content.Text()
            : content.IsSet ? Join([.. content.Items()])
            : "";
        if (result["is_error"].OptionalFlag() == true)
        {
            // OpenAI's results have no flag for it; a model reads it in the text.
            said = "Error: " + said;
        }

        text.Json.WriteStartObject();
        text.Json.WriteString("role"u8, "tool"u8);
        text.Json.WriteString("tool_call_id"u8, result["tool_use_id"].Text());
        text.Json.WriteString("content"u8, said);
        text.Json.WriteEndObject();
    }

    private static void WriteAssistant(Field content, Field[] blocks, ChatRequestText text)
    {
        if (content.IsText)
        {
            WriteText("assistant", content.Text(), text.Json);
            return;
        }

        Utf8JsonWriter json = text.Json;
        json.WriteStartObject();
        json.WriteString("role"u8, "assistant"u8);
        Field[] texts = [.. blocks.Where(b => b["type"].Text() == "text")];
        Field[] calls = [.. blocks.Where(b => b["type"].Text() == "tool_use")];
        if (texts.Length > 0 || calls.Length == 0)
        {
            json.WriteString("content"u8, string.Concat(texts.Select(b => b["text"].Text())));
        }

        if (blocks.Any(b => b["type"].Text() is "thinking" or "redacted_thinking"))
        {
            // Signed for the one who wrote it; nobody else can use it.
            text.Drop("thinking blocks of earlier answers");
        }

        if (calls.Length > 0)
        {
            json.WriteStartArray("tool_calls"u8);
            foreach (Field call in calls)
            {
                json.WriteStartObject();
                json.WriteString("id"u8, call["id"].Text());
                json.WriteString("type"u8, "function"u8);
                json.WriteStartObject("function"u8);
                json.WriteString("name"u8, call["name"].Text());
                json.WriteString(
                    "arguments"u8,
                    call["input"].IsSet ? call["input"].Value.GetRawText() : "{}"
                );
                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WriteText(string role, string content, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("role"u8, role);
        json.WriteString("content"u8, content);
        json.WriteEndObject();
    }

    private static string Join(Field[] blocks) =>
        string.Join(
            "\n",
            blocks.Select(b =>
                b["type"].Text() == "text"
                    ? b["text"].Text()
                    : throw b["type"].Wrong("must be text here: no target takes other results of tools")
            )
        );
}
