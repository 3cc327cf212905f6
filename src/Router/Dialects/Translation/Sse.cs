using System.Buffers;
using System.Text;
using System.Text.Json;

namespace LlmOperator.Router.Dialects.Translation;

/// <summary>Writes server-sent events and lines of JSON.</summary>
internal static class Sse
{
    /// <summary>Content type of events.</summary>
    public const string ContentType = "text/event-stream; charset=utf-8";

    /// <summary>A comment, which clients pass over.</summary>
    public static byte[] Comment(string text) =>
        Encoding.UTF8.GetBytes($": {text.ReplaceLineEndings(" ")}\n\n");

    /// <summary>Writes an event with a name.</summary>
    public static void Write(IBufferWriter<byte> output, string name, Action<Utf8JsonWriter> data)
    {
        output.Write(Encoding.UTF8.GetBytes($"event: {name}\ndata: "));
        WriteJson(output, data);
        output.Write("\n\n"u8);
    }

    /// <summary>Writes an event without a name.</summary>
    public static void Write(IBufferWriter<byte> output, Action<Utf8JsonWriter> data)
    {
        output.Write("data: "u8);
        WriteJson(output, data);
        output.Write("\n\n"u8);
    }

    /// <summary>Writes one JSON object.</summary>
    public static void WriteJson(IBufferWriter<byte> output, Action<Utf8JsonWriter> data)
    {
        using Utf8JsonWriter writer = new(output);
        writer.WriteStartObject();
        data(writer);
        writer.WriteEndObject();
    }
}
