using System.Text.Json;
using LlmOperator.Router.Dialects.Translation;

namespace LlmOperator.Router.Dialects.Anthropic;

/// <summary>Writes tools, and how they may be chosen, in OpenAI's shape.</summary>
internal static class AnthropicTools
{
    /// <summary>Writes both.</summary>
    public static void Write(Field tools, Field choice, ChatRequestText text)
    {
        if (tools.Items().Any())
        {
            text.Json.WriteStartArray("tools"u8);
            foreach (Field tool in tools.Items())
            {
                WriteTool(tool, text);
            }

            text.Json.WriteEndArray();
        }

        if (choice.IsSet)
        {
            WriteChoice(choice, text.Json);
        }
    }

    private static void WriteTool(Field tool, ChatRequestText text)
    {
        // {"name":"weather","description":"…","input_schema":{…}}; others are run by Anthropic's own servers.
        string type = tool["type"].OptionalText() ?? "custom";
        if (type != "custom")
        {
            throw tool["type"]
                .Wrong($"is \"{type}\", which only Anthropic's own servers run; offer a tool of your own");
        }

        Utf8JsonWriter json = text.Json;
        json.WriteStartObject();
        json.WriteString("type"u8, "function"u8);
        json.WriteStartObject("function"u8);
        json.WriteString("name"u8, tool["name"].Text());
        text.Copy(tool["description"], "description");
        text.Copy(tool["input_schema"], "parameters");
        text.Copy(tool["strict"], "strict");
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteChoice(Field choice, Utf8JsonWriter json)
    {
        switch (choice["type"].Text())
        {
            case "auto":
                json.WriteString("tool_choice"u8, "auto"u8);
                break;
            case "any":
                json.WriteString("tool_choice"u8, "required"u8);
                break;
            case "none":
                json.WriteString("tool_choice"u8, "none"u8);
                break;
            case "tool":
                json.WriteStartObject("tool_choice"u8);
                json.WriteString("type"u8, "function"u8);
                json.WriteStartObject("function"u8);
                json.WriteString("name"u8, choice["name"].Text());
                json.WriteEndObject();
                json.WriteEndObject();
                break;
            default:
                throw choice["type"].Wrong("must be auto, any, tool or none");
        }

        if (choice["disable_parallel_tool_use"].OptionalFlag() == true)
        {
            json.WriteBoolean("parallel_tool_calls"u8, false);
        }
    }
}
