using System.Text.Json;
using LlmOperator.Router.Dialects.Translation;

namespace LlmOperator.Router.Dialects.Anthropic;

/// <summary>
/// Writes the messages of a request of OpenAI's shape: system messages stand apart, results of tools are blocks of the
/// user's turn, and turns take turns.
/// </summary>
internal static class AnthropicMessageWriter
{
    /// <summary>Writes <c>system</c> and <c>messages</c>.</summary>
    public static void Write(Field messages, Utf8JsonWriter json)
    {
        Field[] all = [.. messages.Items()];
        string system = string.Join("\n\n", all.Where(IsSystem).Select(m => TextOf(m["content"])));
        if (system.Length > 0)
        {
            json.WriteString("system"u8, system);
        }

        json.WriteStartArray("messages"u8);
        string? turn = null;
        foreach (Field message in all.Where(m => !IsSystem(m)))
        {
            string role = message["role"].Text() == "assistant" ? "assistant" : "user";
            if (role != turn)
            {
                EndTurn(turn, json);
                turn = role;
                json.WriteStartObject();
                json.WriteString("role"u8, role);
                json.WriteStartArray("content"u8);
            }

            WriteBlocks(message, json);
        }

        EndTurn(turn, json);
        json.WriteEndArray();
    }

    private static bool IsSystem(Field message) => message["role"].Text() is "system" or "developer";

    private static void EndTurn(string? turn, Utf8JsonWriter json)
    {
        if (turn is not null)
        {
            json.WriteEndArray();
            json.WriteEndObject();
        }
    }

    private static void WriteBlocks(Field message, Utf8JsonWriter json)
    {
        if (message["role"].Text() == "tool")
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "tool_result"u8);
            json.WriteString("tool_use_id"u8, message["tool_call_id"].Text());
            json.WriteString("content"u8, TextOf(message["content"]));
            json.WriteEndObject();
            return;
        }

        Field content = message["content"];
        if (content.IsText)
        {
            WriteText(content.Text(), json);
        }
        else
        {
            foreach (Field part in content.Items())
            {
                WritePart(part, json);
            }
        }

        foreach (Field call in message["tool_calls"].Items())
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "tool_use"u8);
            json.WriteString("id"u8, call["id"].Text());
            json.WriteString("name"u8, call["function"]["name"].Text());
            JsonText.WriteObject(json, "input", call["function"]["arguments"].OptionalText() ?? "");
            json.WriteEndObject();
        }
    }

    private static void WritePart(Field part, Utf8JsonWriter json)
    {
        switch (part["type"].Text())
        {
            case "text":
                WriteText(part["text"].Text(), json);
                break;
            case "image_url":
                WriteImage(part["image_url"]["url"].Text(), json);
                break;
            default:
                throw new CannotHonourException(part["type"].Path, "it takes text and images");
        }
    }

    // Anthropic refuses blocks of no text.
    private static void WriteText(string text, Utf8JsonWriter json)
    {
        if (text.Length == 0)
        {
            return;
        }

        json.WriteStartObject();
        json.WriteString("type"u8, "text"u8);
        json.WriteString("text"u8, text);
        json.WriteEndObject();
    }

    private static void WriteImage(string url, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "image"u8);
        json.WriteStartObject("source"u8);
        int comma = url.IndexOf(";base64,", StringComparison.Ordinal);
        if (url.StartsWith("data:", StringComparison.Ordinal) && comma > 0)
        {
            json.WriteString("type"u8, "base64"u8);
            json.WriteString("media_type"u8, url["data:".Length..comma]);
            json.WriteString("data"u8, url[(comma + ";base64,".Length)..]);
        }
        else
        {
            json.WriteString("type"u8, "url"u8);
            json.WriteString("url"u8, url);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string TextOf(Field content) =>
        content.IsText
            ? content.Text()
            : string.Join("\n", content.Items().Select(part => part["text"].Text()));
}
