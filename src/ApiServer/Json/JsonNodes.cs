using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmOperator.ApiServer.Json;

/// <summary>Reading and comparing nodes without exceptions for values of another type.</summary>
internal static class JsonNodes
{
    public static string? Text(this JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public static string? Text(this JsonObject? item, string name) => item?[name].Text();

    public static JsonObject? Object(this JsonObject? item, string name) => item?[name] as JsonObject;

    public static JsonArray? Array(this JsonObject? item, string name) => item?[name] as JsonArray;

    public static bool? Bool(this JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<bool>(out var flag) ? flag : null;

    public static double? Number(this JsonNode? node) =>
        node is JsonValue value && value.GetValueKind() == JsonValueKind.Number
            ? double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture)
            : null;

    public static long? Whole(this JsonNode? node)
    {
        if (node is not JsonValue value || value.GetValueKind() != JsonValueKind.Number)
        {
            return null;
        }
        if (value.TryGetValue<long>(out var whole))
        {
            return whole;
        }
        var number = node.Number()!.Value;
        return Math.Truncate(number) == number && Math.Abs(number) < 9e15 ? (long)number : null;
    }

    /// <summary>The object under <paramref name="name"/>, made where it is missing.</summary>
    public static JsonObject Ensure(this JsonObject item, string name)
    {
        if (item[name] is JsonObject found)
        {
            return found;
        }
        var made = new JsonObject();
        item[name] = made;
        return made;
    }

    public static IEnumerable<string> Texts(this JsonArray? array) =>
        array is null ? [] : array.Select(n => n.Text()).OfType<string>();

    /// <summary>Deep equality in which the order of keys does not matter and 1 equals 1.0.</summary>
    public static bool Same(JsonNode? left, JsonNode? right) =>
        (left, right) switch
        {
            (null, null) => true,
            (JsonObject a, JsonObject b) => a.Count == b.Count
                && a.All(p => b.TryGetPropertyValue(p.Key, out var other) && Same(p.Value, other)),
            (JsonArray a, JsonArray b) => a.Count == b.Count && a.Zip(b).All(p => Same(p.First, p.Second)),
            (JsonValue a, JsonValue b) => SameScalar(a, b),
            _ => false,
        };

    private static bool SameScalar(JsonValue a, JsonValue b)
    {
        var kind = a.GetValueKind();
        if (kind != b.GetValueKind())
        {
            return false;
        }
        return kind switch
        {
            JsonValueKind.String => string.Equals(a.Text(), b.Text(), StringComparison.Ordinal),
            JsonValueKind.Number => a.TryGetValue<long>(out var x) && b.TryGetValue<long>(out var y)
                ? x == y
                : a.Number()!.Value.Equals(b.Number()!.Value),
            _ => true,
        };
    }
}
