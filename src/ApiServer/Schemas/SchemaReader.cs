using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LlmOperator.ApiServer.Json;

namespace LlmOperator.ApiServer.Schemas;

/// <summary>Reads a schema from the JSON of a CRD's <c>openAPIV3Schema</c>.</summary>
internal static class SchemaReader
{
    public static Schema Read(JsonObject json)
    {
        json.TryGetPropertyValue("default", out var defaultValue);
        return new()
        {
            Type = json.Text("type") ?? "",
            Format = json.Text("format") ?? "",
            Nullable = json["nullable"].Bool() ?? false,
            IntOrString = json["x-kubernetes-int-or-string"].Bool() ?? false,
            PreserveUnknownFields = json["x-kubernetes-preserve-unknown-fields"].Bool() ?? false,
            EmbeddedResource = json["x-kubernetes-embedded-resource"].Bool() ?? false,
            Default = defaultValue?.DeepClone(),
            HasDefault = json.ContainsKey("default"),
            Properties = ReadProperties(json.Object("properties")),
            AdditionalProperties = ReadAdditional(json["additionalProperties"]),
            Items = json.Object("items") is { } items ? Read(items) : null,
            Required = [.. json.Array("required").Texts()],
            ListType = json.Text("x-kubernetes-list-type") ?? "",
            ListMapKeys = [.. json.Array("x-kubernetes-list-map-keys").Texts()],
            MapType = json.Text("x-kubernetes-map-type") ?? "",
            Rules = ReadRules(json),
        };
    }

    private static Dictionary<string, Schema> ReadProperties(JsonObject? properties) =>
        properties
            ?.Where(p => p.Value is JsonObject)
            .ToDictionary(p => p.Key, p => Read((JsonObject)p.Value!))
        ?? [];

    private static Schema? ReadAdditional(JsonNode? additional) =>
        additional is JsonObject schema ? Read(schema)
        : additional.Bool() == true ? Schema.Anything
        : null;

    private static ValueRules ReadRules(JsonObject json)
    {
        var pattern = json.Text("pattern") ?? "";
        return new()
        {
            Enum = [.. (json.Array("enum") ?? []).Select(n => n?.DeepClone())],
            Pattern = pattern,
            Regex = pattern.Length == 0 ? null : new Lazy<Regex>(() => Compile(pattern)),
            Minimum = json["minimum"].Number(),
            ExclusiveMinimum = json["exclusiveMinimum"].Bool() ?? false,
            Maximum = json["maximum"].Number(),
            ExclusiveMaximum = json["exclusiveMaximum"].Bool() ?? false,
            MultipleOf = json["multipleOf"].Number(),
            MinLength = json["minLength"].Whole(),
            MaxLength = json["maxLength"].Whole(),
            MinItems = json["minItems"].Whole(),
            MaxItems = json["maxItems"].Whole(),
            UniqueItems = json["uniqueItems"].Bool() ?? false,
            MinProperties = json["minProperties"].Whole(),
            MaxProperties = json["maxProperties"].Whole(),
            AllOf = ReadAll(json.Array("allOf")),
            AnyOf = ReadAll(json.Array("anyOf")),
            OneOf = ReadAll(json.Array("oneOf")),
            Not = json.Object("not") is { } not ? Read(not) : null,
        };
    }

    private static IReadOnlyList<Schema> ReadAll(JsonArray? schemas) =>
        schemas is null ? [] : [.. schemas.OfType<JsonObject>().Select(Read)];

    /// <summary>Go's <c>$</c> matches only at the very end; .NET's also before a last line feed.</summary>
    internal static Regex Compile(string pattern)
    {
        var ending = pattern.EndsWith('$') && !pattern.EndsWith(@"\$", StringComparison.Ordinal);
        var strict = ending ? $@"{pattern[..^1]}\z" : pattern;
        return new Regex(strict, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
    }
}
