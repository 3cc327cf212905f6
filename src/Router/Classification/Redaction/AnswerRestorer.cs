using System.Text.Json;

namespace LlmOperator.Router.Classification.Redaction;

/// <summary>Gives whole answers their values back.</summary>
internal static class AnswerRestorer
{
    /// <summary>The answer with every placeholder replaced by its value.</summary>
    public static ReadOnlyMemory<byte> Restore(ReadOnlyMemory<byte> json, Placeholders placeholders) =>
        JsonStrings.Replace(json, (field, value) => placeholders.Restore(value, EscapeFor(field)));

    /// <summary>Arguments of a tool are JSON in a string: a value in them is escaped as such.</summary>
    public static Func<string, string>? EscapeFor(string field) =>
        field == "arguments" ? value => JsonEncodedText.Encode(value).ToString() : null;
}
