using System.Text.Json.Nodes;
using LlmOperator.ApiServer.BuiltIns;
using LlmOperator.ApiServer.Json;
using LlmOperator.ApiServer.Resources;
using LlmOperator.ApiServer.Schemas;

namespace LlmOperator.ApiServer.Patching;

/// <summary>What a schema says about owning, comparing and merging a value and what is below it.</summary>
internal static class TypedValue
{
    /// <summary>The schema of the whole object, <c>metadata</c> included.</summary>
    public static Schema Root(ResourceType type) =>
        new()
        {
            Type = "object",
            PreserveUnknownFields = type.Schema.PreserveUnknownFields,
            Properties = new Dictionary<string, Schema>(type.Schema.Properties)
            {
                ["apiVersion"] = new() { Type = "string" },
                ["kind"] = new() { Type = "string" },
                ["metadata"] = BuiltInDefinitions.Metadata,
            },
        };

    /// <summary>True for objects whose fields are owned one by one.</summary>
    public static bool IsGranular(JsonNode? value, Schema? schema) =>
        value is JsonObject && schema?.MapType != "atomic";

    /// <summary>True for lists whose entries are owned one by one.</summary>
    public static bool IsAssociative(JsonNode? value, Schema? schema) =>
        value is JsonArray && schema is { ListType: "map" or "set" };

    public static Schema? Property(Schema? schema, string name) => schema?.Property(name);

    public static string FieldElement(string name) => $"f:{name}";

    /// <summary>How FieldsV1 names one entry of an associative list.</summary>
    public static string ItemElement(JsonNode? item, Schema schema) =>
        schema.ListType == "map" && ListTypeValidator.KeyOf(item, schema) is { } key
            ? $"k:{JsonWriting.ToText(key)}"
            : $"v:{JsonWriting.ToText(item)}";

    /// <summary>The entries of an associative list by their elements, in order.</summary>
    public static IReadOnlyList<KeyValuePair<string, JsonNode?>> Items(JsonNode? list, Schema schema) =>
        list is JsonArray array ? [.. array.Select(i => KeyValuePair.Create(ItemElement(i, schema), i))] : [];
}
