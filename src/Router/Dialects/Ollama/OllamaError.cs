using System.Text.Json;
using LlmOperator.Router.Dialects.OpenAi;

namespace LlmOperator.Router.Dialects.Ollama;

/// <summary>An error in Ollama's shape: <c>{"error":"message"}</c>.</summary>
internal static class OllamaError
{
    public static byte[] ToJson(OpenAiError error)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
        {
            writer.WriteStartObject();
            writer.WriteString("error"u8, error.Message);
            error.WriteProgress(writer);
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }
}
