using System.Text.Json.Nodes;
using LlmOperator.ApiServer.BuiltIns;
using LlmOperator.ApiServer.Json;
using LlmOperator.ApiServer.Resources;

namespace LlmOperator.ApiServer.OpenApi;

/// <summary>The <c>components.schemas</c> of one version of a group.</summary>
internal static class OpenApiSchemas
{
    private const string ApiVersion =
        "APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#resources";
    private const string Kind =
        "Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds";

    public static JsonObject Create(IEnumerable<ResourceType> types, SchemaSource source, string refPrefix)
    {
        var schemas = new JsonObject
        {
            [SchemaNames.ObjectMeta] = BuiltInDefinitions.Read("ObjectMeta"),
            [SchemaNames.ListMeta] = ListMeta(),
        };
        foreach (var type in types)
        {
            schemas[SchemaNames.Of(type)] = Object(type, source.Read(type), refPrefix);
            schemas[$"{SchemaNames.Of(type)}List"] = List(type, refPrefix);
        }
        return schemas;
    }

    private static JsonObject Object(ResourceType type, JsonObject schema, string refPrefix)
    {
        var own = schema.Object("properties") ?? [];
        var properties = new JsonObject
        {
            ["apiVersion"] = Text(ApiVersion),
            ["kind"] = Text(Kind),
            ["metadata"] = Reference(
                refPrefix,
                SchemaNames.ObjectMeta,
                "Standard object's metadata. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata"
            ),
        };
        foreach (var (name, property) in own.Where(p => !properties.ContainsKey(p.Key)).ToList())
        {
            properties[name] = property?.DeepClone();
        }
        schema["properties"] = properties;
        schema["x-kubernetes-group-version-kind"] = GroupVersionKinds(type, type.Kind);
        return schema;
    }

    private static JsonObject List(ResourceType type, string refPrefix) =>
        new()
        {
            ["type"] = "object",
            ["description"] = $"{type.ListKind} is a list of {type.Kind}",
            ["required"] = new JsonArray("items"),
            ["properties"] = new JsonObject
            {
                ["apiVersion"] = Text(ApiVersion),
                ["items"] = new JsonObject
                {
                    ["type"] = "array",
                    ["description"] = $"List of {type.Plural}.",
                    ["items"] = Reference(refPrefix, SchemaNames.Of(type), null),
                },
                ["kind"] = Text(Kind),
                ["metadata"] = Reference(refPrefix, SchemaNames.ListMeta, "Standard list metadata."),
            },
            ["x-kubernetes-group-version-kind"] = GroupVersionKinds(type, type.ListKind),
        };

    private static JsonObject ListMeta() =>
        new()
        {
            ["type"] = "object",
            ["description"] = "ListMeta describes metadata that lists have.",
            ["properties"] = new JsonObject
            {
                ["continue"] = Text("Set when there are more objects than the limit of the request."),
                ["remainingItemCount"] = new JsonObject { ["type"] = "integer", ["format"] = "int64" },
                ["resourceVersion"] = Text("The version of the list."),
                ["selfLink"] = Text("Deprecated."),
            },
        };

    public static JsonArray GroupVersionKinds(ResourceType type, string kind) =>
        new(GroupVersionKind(type, kind));

    public static JsonObject GroupVersionKind(ResourceType type, string kind) =>
        new()
        {
            ["group"] = type.Group,
            ["kind"] = kind,
            ["version"] = type.Version,
        };

    /// <summary>OpenAPI allows nothing beside a reference, hence the <c>allOf</c> where there is a description.</summary>
    private static JsonObject Reference(string prefix, string name, string? description)
    {
        var reference = new JsonObject { ["$ref"] = $"{prefix}{name}" };
        return description is null || prefix.Contains("definitions", StringComparison.Ordinal)
            ? reference
            : new() { ["description"] = description, ["allOf"] = new JsonArray(reference) };
    }

    private static JsonObject Text(string description) =>
        new() { ["type"] = "string", ["description"] = description };
}
