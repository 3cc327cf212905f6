using System.Text.Json;

namespace LlmOperator.Router.Classification.Redaction;

/// <summary>Changes strings of a JSON text; everything else stays byte for byte.</summary>
internal static class JsonStrings
{
    /// <summary>What a string is replaced by: gets the decoded string and the field it belongs to; null leaves it as it is.</summary>
    public delegate string? Replacement(string field, string value);

    /// <summary>Applies the replacement to every string value.</summary>
    public static ReadOnlyMemory<byte> Replace(ReadOnlyMemory<byte> json, Replacement replacement)
    {
        Utf8JsonReader reader = new(json.Span, new JsonReaderOptions { MaxDepth = 128 });
        MemoryStream? changed = null;
        int copied = 0;
        string field = "";
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                field = reader.GetString()!;
            }
            else if (
                reader.TokenType == JsonTokenType.String
                && replacement(field, reader.GetString()!) is { } value
            )
            {
                changed ??= new MemoryStream(json.Length + 256);
                int start = (int)reader.TokenStartIndex;
                changed.Write(json.Span[copied..start]);
                changed.Write(JsonSerializer.SerializeToUtf8Bytes(value));
                copied = (int)reader.BytesConsumed;
            }
        }

        if (changed is null)
        {
            return json;
        }

        changed.Write(json.Span[copied..]);
        return changed.GetBuffer().AsMemory(0, (int)changed.Length);
    }
}
