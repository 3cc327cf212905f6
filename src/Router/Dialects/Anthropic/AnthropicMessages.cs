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
                ChatMessage.Write(text.Json, role, content.IsText ? content.Text() : Join(blocks));
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
            ChatMessage.Write(text.Json, "user", content.Text());
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
        Field source = part["source"];
        switch (part["type"].Text())
        {
            case "text":
                ChatMessage.WriteText(text.Json, part["text"].Text());
                break;
            case "document" when source["type"].OptionalText() == "text":
                ChatMessage.WriteText(text.Json, source["data"].Text());
                break;
            case "image":
                ChatMessage.WriteImage(
                    text.Json,
                    source["type"].Text() == "url"
                        ? source["url"].Text()
                        : $"data:{source["media_type"].Text()};base64,{source["data"].Text()}"
                );
                break;
            default:
                throw part["type"]
                    .Wrong("is a kind of content that no target here takes; send text or an image");
        }

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

        ChatMessage.WriteResult(text.Json, result["tool_use_id"].Text(), said);
    }

    private static void WriteAssistant(Field content, Field[] blocks, ChatRequestText text)
    {
        if (content.IsText)
        {
            ChatMessage.Write(text.Json, "assistant", content.Text());
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
                ChatMessage.WriteCall(
                    json,
                    call["id"].Text(),
                    call["name"].Text(),
                    call["input"].IsSet ? call["input"].Value.GetRawText() : "{}"
                );
            }

            json.WriteEndArray();
        }

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
