using System.Text.Json;
using LlmOperator.Router.Dialects.Translation;

namespace LlmOperator.Router.Dialects.Ollama;

/// <summary>Ollama's images are bare Base64; OpenAI's say their type.</summary>
internal static class OllamaImages
{
    /// <summary>Writes one image as a part of a message.</summary>
    public static void Write(Field image, Utf8JsonWriter json)
    {
        string data = image.Text();
        ChatMessage.WriteImage(json, $"data:{TypeOf(data)};base64,{data}");
    }

    // The first bytes of the formats, in Base64.
    private static string TypeOf(string base64) =>
        base64.StartsWith("/9j/", StringComparison.Ordinal) ? "image/jpeg"
        : base64.StartsWith("R0lG", StringComparison.Ordinal) ? "image/gif"
        : base64.StartsWith("UklG", StringComparison.Ordinal) ? "image/webp"
        : "image/png";
}
