using System.Text.Json;
using LlmOperator.Router.Dialects.OpenAi;
using LlmOperator.Router.Dialects.Translation;

namespace LlmOperator.Router.Dialects.Anthropic;

/// <summary>Reads <c>POST /v1/messages</c> and <c>/v1/messages/count_tokens</c>.</summary>
internal static class AnthropicRequest
{
    private static readonly string[] s_read =
    [
        "model",
        "stream",
        "max_tokens",
        "system",
        "messages",
        "tools",
        "tool_choice",
        "stop_sequences",
        "temperature",
        "top_p",
        "top_k",
        "metadata",
        "thinking",
        "output_format",
        "output_config",
    ];

    /// <exception cref="InvalidRequestException">It is no such request, or has what nobody here can honour.</exception>
    public static OpenAiRequest Read(ReadOnlyMemory<byte> body, bool isCount)
    {
        using JsonDocument document = Field.Parse(body);
        Field root = new(document.RootElement, "");
        using ChatRequestText text = new();
        bool stream = !isCount && (root["stream"].OptionalFlag() ?? false);
        text.Begin(root["model"].Text(), stream);
        WriteSampling(root, text, isCount);
        WriteFormat(root, text);
        AnthropicTools.Write(root["tools"], root["tool_choice"], text);
        text.Json.WriteStartArray("messages"u8);
        WriteSystem(root["system"], text);
        foreach (Field message in root["messages"].Items())
        {
            AnthropicMessages.Write(message, text);
        }

        text.Json.WriteEndArray();
        foreach ((string name, Field value) in root.Members())
        {
            if (name is "mcp_servers" or "container")
            {
                throw value.Wrong("is run by Anthropic's own servers; leave it out");
            }

            if (!s_read.Contains(name))
            {
                text.Drop(name);
            }
        }

        return text.ToRequest(OpenAiOperation.ChatCompletions);
    }

    private static void WriteSampling(Field root, ChatRequestText text, bool isCount)
    {
        if (!isCount && !root["max_tokens"].IsSet)
        {
            throw root["max_tokens"].Wrong("is required: say how long the answer may be");
        }

        text.Copy(root["max_tokens"], "max_tokens");
        text.Copy(root["temperature"], "temperature");
        text.Copy(root["top_p"], "top_p");
        text.Copy(root["stop_sequences"], "stop");
        text.Copy(root["metadata"]["user_id"], "user");
        text.CopyForEngines(root["top_k"], "top_k");
        Field thinking = root["thinking"];
        if (thinking.IsSet)
        {
            text.SetThinking(thinking["type"].Text() != "disabled", thinking);
            if (thinking["budget_tokens"].IsSet)
            {
                text.Drop("thinking.budget_tokens");
            }
        }
    }

    private static void WriteFormat(Field root, ChatRequestText text)
    {
        Field format = root["output_format"].IsSet ? root["output_format"] : root["output_config"]["format"];
        if (!format.IsSet)
        {
            return;
        }

        if (format["type"].Text() != "json_schema")
        {
            throw format["type"].Wrong("must be \"json_schema\"");
        }

        text.Json.WriteStartObject("response_format"u8);
        text.Json.WriteString("type"u8, "json_schema"u8);
        text.Json.WriteStartObject("json_schema"u8);
        text.Json.WriteString("name"u8, "answer"u8);
        text.Copy(format["schema"], "schema");
        text.Json.WriteEndObject();
        text.Json.WriteEndObject();
    }

    private static void WriteSystem(Field system, ChatRequestText text)
    {
        if (!system.IsSet)
        {
            return;
        }

        string content = system.IsText
            ? system.Text()
            : string.Join("\n", system.Items().Select(block => block["text"].Text()));
        ChatMessage.Write(text.Json, "system", content);
    }
}
