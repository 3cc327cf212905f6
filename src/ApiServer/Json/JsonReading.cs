using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmOperator.ApiServer.Json;

/// <summary>Reads JSON eagerly into nodes whose numbers are always <see cref="long"/> or <see cref="double"/>.</summary>
internal static class JsonReading
{
    private static readonly JsonReaderOptions s_options = new() { MaxDepth = 256 };

    /// <summary>Parses one JSON value; a key that appears twice keeps its last value and is named in <paramref name="duplicates"/>.</summary>
    /// <exception cref="JsonException">The text is not one JSON value.</exception>
    public static JsonNode? Parse(ReadOnlySpan<byte> utf8, ICollection<string>? duplicates = null)
    {
        var reader = new Utf8JsonReader(utf8, s_options);
        try
        {
            if (!reader.Read())
            {
                throw new JsonException("unexpected end of JSON input");
            }
            var node = ReadValue(ref reader, "", duplicates);
            if (reader.Read())
            {
                throw new JsonException("unexpected data after the JSON value");
            }
            return node;
        }
        catch (InvalidOperationException e)
        {
            // GetString throws this for text that is not valid UTF-8 or holds half a surrogate pair.
            throw new JsonException(e.Message, e);
        }
    }

    /// <summary>Parses one JSON object.</summary>
    public static JsonObject ParseObject(ReadOnlySpan<byte> utf8, ICollection<string>? duplicates = null) =>
        Parse(utf8, duplicates) as JsonObject ?? throw new JsonException("the value is not a JSON object");

    private static JsonNode? ReadValue(
        ref Utf8JsonReader reader,
        string path,
        ICollection<string>? duplicates
    ) =>
        reader.TokenType switch
        {
            JsonTokenType.StartObject => ReadObject(ref reader, path, duplicates),
            JsonTokenType.StartArray => ReadArray(ref reader, path, duplicates),
            JsonTokenType.String => JsonValue.Create(reader.GetString()!),
            JsonTokenType.True => JsonValue.Create(true),
            JsonTokenType.False => JsonValue.Create(false),
            JsonTokenType.Number => ReadNumber(ref reader),
            JsonTokenType.Null => null,
            _ => throw new JsonException($"unexpected token {reader.TokenType}"),
        };

    private static JsonValue ReadNumber(ref Utf8JsonReader reader) =>
        reader.TryGetInt64(out var whole) ? JsonValue.Create(whole) : JsonValue.Create(reader.GetDouble());

    private static JsonObject ReadObject(
        ref Utf8JsonReader reader,
        string path,
        ICollection<string>? duplicates
    )
    {
        var result = new JsonObject();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = reader.GetString()!;
            reader.Read();
            var below =
                duplicates is null ? ""
                : path.Length == 0 ? name
                : $"{path}.{name}";
            var value = ReadValue(ref reader, below, duplicates);
            if (result.ContainsKey(name))
            {
                duplicates?.Add(below);
                result.Remove(name);
            }
            result.Add(name, value);
        }
        return result;
    }

    private static JsonArray ReadArray(
        ref Utf8JsonReader reader,
        string path,
        ICollection<string>? duplicates
    )
    {
        var result = new JsonArray();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var below = duplicates is null ? "" : $"{path}[{result.Count}]";
            result.Add(ReadValue(ref reader, below, duplicates));
        }
        return result;
    }
}
