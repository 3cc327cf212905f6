using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmOperator.ApiServer.Json;

/// <summary>Writes nodes as UTF-8 without escaping anything that JSON lets stand, emoji included.</summary>
internal static class JsonWriting
{
    private static readonly SearchValues<char> s_escaped = SearchValues.Create(
        "\"\\\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f"
    );

    public static byte[] ToUtf8(JsonNode? node)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        Write(buffer, node);
        return buffer.WrittenSpan.ToArray();
    }

    public static string ToText(JsonNode? node) => Encoding.UTF8.GetString(ToUtf8(node));

    public static void Write(IBufferWriter<byte> output, JsonNode? node)
    {
        switch (node)
        {
            case null:
                output.Write("null"u8);
                break;
            case JsonObject item:
                WriteObject(output, item);
                break;
            case JsonArray array:
                WriteArray(output, array);
                break;
            default:
                WriteScalar(output, node.AsValue());
                break;
        }
    }

    public static void WriteString(IBufferWriter<byte> output, string text)
    {
        output.Write("\""u8);
        var rest = text.AsSpan();
        while (rest.IndexOfAny(s_escaped) is >= 0 and var at)
        {
            Encoding.UTF8.GetBytes(rest[..at], output);
            WriteEscape(output, rest[at]);
            rest = rest[(at + 1)..];
        }
        Encoding.UTF8.GetBytes(rest, output);
        output.Write("\""u8);
    }

    private static void WriteEscape(IBufferWriter<byte> output, char c)
    {
        var escape = c switch
        {
            '"' => "\\\"",
            '\\' => @"\\",
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            _ => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
        };
        Encoding.UTF8.GetBytes(escape, output);
    }

    private static void WriteObject(IBufferWriter<byte> output, JsonObject item)
    {
        output.Write("{"u8);
        var first = true;
        foreach (var (name, value) in item)
        {
            if (!first)
            {
                output.Write(","u8);
            }
            first = false;
            WriteString(output, name);
            output.Write(":"u8);
            Write(output, value);
        }
        output.Write("}"u8);
    }

    private static void WriteArray(IBufferWriter<byte> output, JsonArray array)
    {
        output.Write("["u8);
        for (var i = 0; i < array.Count; i++)
        {
            if (i > 0)
            {
                output.Write(","u8);
            }
            Write(output, array[i]);
        }
        output.Write("]"u8);
    }

    private static void WriteScalar(IBufferWriter<byte> output, JsonValue value)
    {
        if (value.GetValueKind() == JsonValueKind.String)
        {
            WriteString(output, value.GetValue<string>());
            return;
        }
        Encoding.UTF8.GetBytes(value.ToJsonString(), output);
    }
}
