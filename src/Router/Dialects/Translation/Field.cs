using System.Text.Json;
using LlmOperator.Router.Dialects.OpenAi;

namespace LlmOperator.Router.Dialects.Translation;

/// <summary>A value of a request with its place in it, so that every complaint names the field.</summary>
/// <param name="Value">The value; undefined when the field is absent.</param>
/// <param name="Path">Its place, for example <c>messages[2].content</c>; empty for the whole request.</param>
internal readonly record struct Field(JsonElement Value, string Path)
{
    private const int MaxDepth = 64;

    /// <summary>True when the field is there and not null.</summary>
    public bool IsSet => Value.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null);

    public bool IsText => Value.ValueKind == JsonValueKind.String;

    public bool IsList => Value.ValueKind == JsonValueKind.Array;

    public bool IsObject => Value.ValueKind == JsonValueKind.Object;

    /// <summary>A member; absent when this is no object.</summary>
    public Field this[string name] =>
        new(
            IsObject && Value.TryGetProperty(name, out JsonElement member) ? member : default,
            Path.Length == 0 ? name : $"{Path}.{name}"
        );

    /// <summary>Parses a request. A field that is given twice is refused: readers disagree about which of two counts.</summary>
    /// <exception cref="InvalidRequestException">The text is no JSON object.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            JsonDocument document = JsonDocument.Parse(
                body,
                new JsonDocumentOptions { MaxDepth = MaxDepth, AllowDuplicateProperties = false }
            );
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return document;
            }

            document.Dispose();
            throw Invalid("The body must be a JSON object.");
        }
        catch (JsonException exception)
        {
            throw Invalid($"The body is not valid JSON: {exception.Message}");
        }
    }

    /// <summary>The text.</summary>
    /// <exception cref="InvalidRequestException">It is absent or no string.</exception>
    public string Text() => IsText ? Read() : throw Wrong("must be a string");

    /// <summary>The text, or null when it is absent.</summary>
    /// <exception cref="InvalidRequestException">It is no string.</exception>
    public string? OptionalText() => IsSet ? Text() : null;

    /// <summary>The text, or null when this is none.</summary>
    public string? TextOrNull() => IsText ? Read() : null;

    /// <summary>The flag, or null when it is absent.</summary>
    /// <exception cref="InvalidRequestException">It is neither true nor false.</exception>
    public bool? OptionalFlag() =>
        Value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => IsSet ? throw Wrong("must be true or false") : null,
        };

    /// <summary>The whole number, or null when it is absent.</summary>
    /// <exception cref="InvalidRequestException">It is no whole number.</exception>
    public long? OptionalWhole() =>
        !IsSet ? null
        : Value.ValueKind == JsonValueKind.Number && Value.TryGetInt64(out long number) ? number
        : throw Wrong("must be a whole number");

    /// <summary>The items of a list; none when it is absent.</summary>
    /// <exception cref="InvalidRequestException">It is no list.</exception>
    public IEnumerable<Field> Items()
    {
        if (!IsSet)
        {
            return [];
        }

        string path = Path;
        return IsList
            ? Value.EnumerateArray().Select((item, index) => new Field(item, $"{path}[{index}]"))
            : throw Wrong("must be a list");
    }

    /// <summary>The members of an object; none when it is absent.</summary>
    /// <exception cref="InvalidRequestException">It is no object.</exception>
    public IEnumerable<(string Name, Field Value)> Members()
    {
        if (!IsSet)
        {
            return [];
        }

        Field self = this;
        return IsObject
            ? Value.EnumerateObject().Select(member => (member.Name, self[member.Name]))
            : throw Wrong("must be an object");
    }

    /// <summary>The complaint about this field.</summary>
    /// <param name="problem">What is wrong and what to do, for example <c>must be a string</c>.</param>
    public InvalidRequestException Wrong(string problem) =>
        new(OpenAiError.Invalid("invalid_value", $"\"{Path}\" {problem}.", Path));

    private string Read()
    {
        try
        {
            return Value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // The reader's word for a string that is not valid UTF-8.
            throw Wrong("is not valid UTF-8");
        }
    }

    private static InvalidRequestException Invalid(string message) =>
        new(OpenAiError.Invalid("invalid_json", message));
}
