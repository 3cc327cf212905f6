using System.Text.Json;
using LlmOperator.Router.Dialects.Translation;

namespace LlmOperator.Router.Dialects.Responses;

/// <summary>Writes tools, and how they may be chosen, in the shape of chat completions.</summary>
internal static class ResponsesTools
{
    /// <summary>Writes both.</summary>
    public static void Write(Field tools, Field choice, ChatRequestText text)
    {
        Utf8JsonWriter json = text.Json;
        if (tools.Items().Any())
        {
            json.WriteStartArray("tools"u8);
            foreach (Field tool in tools.Items())
            {
                string type = tool["type"].Text();
                if (type != "function")
                {
                    throw tool["type"]
                        .Wrong($"is \"{type}\", which only OpenAI's own servers run; offer a function");
                }

                json.WriteStartObject();
                json.WriteString("type"u8, "function"u8);
                json.WriteStartObject("function"u8);
                text.Copy(tool["name"], "name");
                text.Copy(tool["description"], "description");
                text.Copy(tool["parameters"], "parameters");
                text.Copy(tool["strict"], "strict");
                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        if (choice.IsText)
        {
            json.WriteString("tool_choice"u8, choice.Text());
        }
        else if (choice.IsSet)
        {
            json.WriteStartObject("tool_choice"u8);
            json.WriteString("type"u8, "function"u8);
            json.WriteStartObject("function"u8);
            json.WriteString("name"u8, choice["name"].Text());
            json.WriteEndObject();
            json.WriteEndObject();
        }
    }
}
