using System.Text.Json;
using LlmOperator.Router.Dialects.OpenAi;
using LlmOperator.Router.Dialects.Translation;

namespace LlmOperator.Router.Dialects.Responses;

/// <summary>Reads <c>POST /v1/responses</c>.</summary>
internal static class ResponsesRequest
{
    private static readonly string[] s_read =
    [
        "model",
        "stream",
        "input",
        "instructions",
        "tools",
        "tool_choice",
        "text",
        "max_output_tokens",
        "temperature",
        "top_p",
        "parallel_tool_calls",
        "reasoning",
        "user",
        // What the answer does not depend on, here.
        "store",
        "metadata",
        "stream_options",
        "service_tier",
    ];

    /// <exception cref="InvalidRequestException">It is no such request, or has what nobody here can honour.</exception>
    public static OpenAiRequest Read(ReadOnlyMemory<byte> body)
    {
        using JsonDocument document = Field.Parse(body);
        Field root = new(document.RootElement, "");
        RefuseStored(root);
        using ChatRequestText text = new();
        text.Begin(root["model"].Text(), root["stream"].OptionalFlag() ?? false);
        text.Copy(root["max_output_tokens"], "max_tokens");
        text.Copy(root["temperature"], "temperature");
        text.Copy(root["top_p"], "top_p");
        text.Copy(root["user"], "user");
        text.Copy(root["parallel_tool_calls"], "parallel_tool_calls");
        text.Copy(root["reasoning"]["effort"], "reasoning_effort");
        WriteFormat(root["text"]["format"], text);
        ResponsesTools.Write(root["tools"], root["tool_choice"], text);
        text.Json.WriteStartArray("messages"u8);
        WriteInstructions(root["instructions"], text.Json);
        ResponsesInput.Write(root["input"], text);
        text.Json.WriteEndArray();
        foreach ((string name, _) in root.Members())
        {
            if (!s_read.Contains(name))
            {
                text.Drop(name);
            }
        }

        return text.ToRequest(OpenAiOperation.ChatCompletions);
    }

    private static void RefuseStored(Field root)
    {
        foreach (string name in (string[])["previous_response_id", "conversation", "prompt"])
        {
            if (root[name].IsSet)
            {
                throw root[name]
                    .Wrong(
                        "needs answers that are kept, and the router keeps none; send the whole conversation as input"
                    );
            }
        }

        if (root["background"].OptionalFlag() == true)
        {
            throw root["background"].Wrong("is not supported; use stream for long answers");
        }
    }

    private static void WriteInstructions(Field instructions, Utf8JsonWriter json)
    {
        if (instructions.OptionalText() is { Length: > 0 } said)
        {
            ChatMessage.Write(json, "system", said);
        }
    }

    private static void WriteFormat(Field format, ChatRequestText text)
    {
        // {"type":"json_schema","name":"…","schema":{…},"strict":true}: in chat completions it is one level deeper.
        string type = format["type"].OptionalText() ?? "text";
        if (type == "text")
        {
            return;
        }

        text.Json.WriteStartObject("response_format"u8);
        text.Json.WriteString("type"u8, type);
        if (type == "json_schema")
        {
            text.Json.WriteStartObject("json_schema"u8);
            text.Copy(format["name"], "name");
            text.Copy(format["schema"], "schema");
            text.Copy(format["strict"], "strict");
            text.Json.WriteEndObject();
        }
        else if (type != "json_object")
        {
            throw format["type"].Wrong("must be text, json_schema or json_object");
        }

        text.Json.WriteEndObject();
    }
}
