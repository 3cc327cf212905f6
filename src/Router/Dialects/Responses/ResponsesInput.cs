using System.Text.Json;
using LlmOperator.Router.Dialects.Translation;

namespace LlmOperator.Router.Dialects.Responses;

/// <summary>Writes the items of <c>input</c> as messages; calls that follow each other become one message.</summary>
internal static class ResponsesInput
{
    /// <summary>Writes them.</summary>
    public static void Write(Field input, ChatRequestText text)
    {
        Utf8JsonWriter json = text.Json;
        if (input.IsText)
        {
            ChatMessage.Write(json, "user", input.Text());
            return;
        }

        if (!input.Items().Any())
        {
            throw input.Wrong("is required: a text or a list of items");
        }

        bool isInCalls = false;
        foreach (Field item in input.Items())
        {
            string type = item["type"].OptionalText() ?? "message";
            if (isInCalls && type != "function_call")
            {
                EndCalls(json);
                isInCalls = false;
            }

            switch (type)
            {
                case "message":
                    WriteMessage(item, json);
                    break;
                case "function_call":
                    if (!isInCalls)
                    {
                        BeginCalls(json);
                        isInCalls = true;
                    }

                    WriteCall(item, json);
                    break;
                case "function_call_output":
                    WriteResult(item, json);
                    break;
                case "reasoning":
                    text.Drop("reasoning of earlier answers");
                    break;
                default:
                    throw item["type"]
                        .Wrong(
                            "is an item that no target here takes; send messages, function calls and their outputs"
                        );
            }
        }

        if (isInCalls)
        {
            EndCalls(json);
        }
    }

    private static void BeginCalls(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("role"u8, "assistant"u8);
        json.WriteStartArray("tool_calls"u8);
    }

    private static void EndCalls(Utf8JsonWriter json)
    {
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteCall(Field item, Utf8JsonWriter json) =>
        ChatMessage.WriteCall(json, item["call_id"].Text(), item["name"].Text(), item["arguments"].Text());

    private static void WriteResult(Field item, Utf8JsonWriter json)
    {
        Field output = item["output"];
        ChatMessage.WriteResult(
            json,
            item["call_id"].Text(),
            output.IsText
                ? output.Text()
                : string.Join("\n", output.Items().Select(part => part["text"].Text()))
        );
    }

    private static void WriteMessage(Field item, Utf8JsonWriter json)
    {
        string role = item["role"].Text();
        Field content = item["content"];
        json.WriteStartObject();
        json.WriteString("role"u8, role == "developer" ? "system" : role);
        if (content.IsText)
        {
            json.WriteString("content"u8, content.Text());
        }
        else if (role == "assistant")
        {
            json.WriteString(
                "content"u8,
                string.Concat(
                    content.Items().Select(p => (p["text"].IsSet ? p["text"] : p["refusal"]).Text())
                )
            );
        }
        else
        {
            json.WriteStartArray("content"u8);
            foreach (Field part in content.Items())
            {
                WritePart(part, json);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WritePart(Field part, Utf8JsonWriter json)
    {
        switch (part["type"].Text())
        {
            case "input_text" or "output_text" or "text":
                ChatMessage.WriteText(json, part["text"].Text());
                break;
            case "input_image" when !part["image_url"].IsSet:
                throw part["image_url"].Wrong("is required: the router keeps no files");
            case "input_image":
                ChatMessage.WriteImage(json, part["image_url"].Text());
                break;
            default:
                throw part["type"].Wrong("must be input_text or input_image");
        }
    }
}
