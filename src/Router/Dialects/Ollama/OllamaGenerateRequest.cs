using System.Text.Json;
using LlmOperator.Router.Dialects.OpenAi;
using LlmOperator.Router.Dialects.Translation;

namespace LlmOperator.Router.Dialects.Ollama;

/// <summary>Reads <c>POST /api/generate</c>: a chat of one message, or with <c>raw</c> a completion without a template.</summary>
internal static class OllamaGenerateRequest
{
    /// <exception cref="InvalidRequestException">It is no such request.</exception>
    public static OpenAiRequest Read(ReadOnlyMemory<byte> body)
    {
        using JsonDocument document = Field.Parse(body);
        Field root = new(document.RootElement, "");
        using ChatRequestText text = new();
        bool isRaw = root["raw"].OptionalFlag() ?? false;
        text.Begin(root["model"].Text(), root["stream"].OptionalFlag() ?? true);
        OllamaOptions.Write(root["options"], text);
        OllamaOptions.WriteFormat(root["format"], text);
        OllamaOptions.WriteThink(root["think"], text);
        if (root["suffix"].OptionalText() is { Length: > 0 })
        {
            throw root["suffix"].Wrong("is not supported; send the text around the gap as the prompt");
        }

        string prompt = root["prompt"].OptionalText() ?? "";
        if (isRaw)
        {
            text.Json.WriteString("prompt"u8, prompt);
        }
        else
        {
            WriteMessages(root, prompt, text.Json);
        }

        foreach ((string name, _) in root.Members())
        {
            if (
                name
                    is not (
                        "model"
                        or "stream"
                        or "options"
                        or "format"
                        or "think"
                        or "raw"
                        or "suffix"
                        or "prompt"
                    )
                && (isRaw || name is not ("system" or "images"))
            )
            {
                text.Drop(name);
            }
        }

        return text.ToRequest(isRaw ? OpenAiOperation.Completions : OpenAiOperation.ChatCompletions);
    }

    private static void WriteMessages(Field root, string prompt, Utf8JsonWriter json)
    {
        json.WriteStartArray("messages"u8);
        if (root["system"].OptionalText() is { Length: > 0 } system)
        {
            ChatMessage.Write(json, "system", system);
        }

        json.WriteStartObject();
        json.WriteString("role"u8, "user"u8);
        json.WriteStartArray("content"u8);
        ChatMessage.WriteText(json, prompt);
        foreach (Field image in root["images"].Items())
        {
            OllamaImages.Write(image, json);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
    }
}
