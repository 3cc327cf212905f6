using System.Text.Json;

namespace LlmOperator.Router.Dialects.Translation;

/// <summary>Arguments of tool calls are JSON text in OpenAI's protocol and objects in the others.</summary>
internal static class JsonText
{
    /// <summary>Writes the text as an object; what is no JSON object is kept as its only member <c>_raw</c>, so that nothing is lost.</summary>
    public static void WriteObject(Utf8JsonWriter json, string name, string text)
    {
        json.WritePropertyName(name);
        if (text.Length == 0)
        {
            json.WriteStartObject();
            json.WriteEndObject();
            return;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                document.RootElement.WriteTo(json);
                return;
            }
        }
        catch (JsonException)
        {
            // A model may write anything.
        }

        json.WriteStartObject();
        json.WriteString("_raw"u8, text);
        json.WriteEndObject();
    }
}
