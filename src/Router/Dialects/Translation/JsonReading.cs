using System.Text.Json;

namespace LlmOperator.Router.Dialects.Translation;

/// <summary>Reads answers of targets leniently: what is not as expected is as good as absent.</summary>
internal static class JsonReading
{
    extension(JsonElement element)
    {
        /// <summary>A member; undefined when it is absent or this is no object.</summary>
        public JsonElement Member(string name) =>
            element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement member)
                ? member
                : default;

        /// <summary>The first item of a member that is a list; undefined when there is none.</summary>
        public JsonElement FirstOf(string name) =>
            element.Member(name) is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() > 0
                ? list[0]
                : default;

        /// <summary>The text; null when this is no string.</summary>
        public string? TextOrNull() => element.ValueKind == JsonValueKind.String ? element.GetString() : null;

        /// <summary>The items; none when this is no list.</summary>
        public IEnumerable<JsonElement> ItemsOrNone() =>
            element.ValueKind == JsonValueKind.Array ? element.EnumerateArray() : [];

        /// <summary>The whole number; zero when this is none.</summary>
        public long WholeOrZero() =>
            element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out long number) ? number : 0;
    }
}
