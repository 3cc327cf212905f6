using System.Text.Json.Nodes;
using LlmOperator.ApiServer.Errors;
using LlmOperator.ApiServer.Json;
using LlmOperator.ApiServer.Resources;

namespace LlmOperator.ApiServer.Requests;

/// <summary>The scale subresource: <c>autoscaling/v1 Scale</c> over two paths of a kind.</summary>
internal static class Scale
{
    public static JsonObject Of(JsonObject item, ResourceType type)
    {
        var paths = type.Scale ?? throw ApiErrors.UnknownPath();
        var metadata = item.Object("metadata")!;
        var status = new JsonObject
        {
            ["replicas"] = JsonValue.Create(Read(item, paths.StatusReplicas).Whole() ?? 0),
        };
        if (paths.LabelSelector is { } selector)
        {
            if (Read(item, selector).Text() is { Length: > 0 } text)
            {
                status["selector"] = text;
            }
        }
        return new()
        {
            ["kind"] = "Scale",
            ["apiVersion"] = "autoscaling/v1",
            ["metadata"] = new JsonObject
            {
                ["name"] = metadata["name"]?.DeepClone(),
                ["namespace"] = metadata["namespace"]?.DeepClone(),
                ["uid"] = metadata["uid"]?.DeepClone(),
                ["resourceVersion"] = metadata["resourceVersion"]?.DeepClone(),
                ["creationTimestamp"] = metadata["creationTimestamp"]?.DeepClone(),
            },
            ["spec"] = new JsonObject
            {
                ["replicas"] = JsonValue.Create(Read(item, paths.SpecReplicas).Whole() ?? 0),
            },
            ["status"] = status,
        };
    }

    /// <summary>Puts the wanted replicas of a scale into the object.</summary>
    public static JsonObject Write(JsonObject item, JsonObject scale, ResourceType type)
    {
        var replicas = scale.Object("spec")?["replicas"].Whole() ?? 0;
        if (replicas < 0)
        {
            throw ApiErrors.Invalid(
                type,
                item.Object("metadata").Text("name")!,
                [
                    FieldError.Invalid(
                        "spec.replicas",
                        JsonValue.Create(replicas),
                        "must be greater than or equal to 0"
                    ),
                ]
            );
        }
        var version = scale.Object("metadata").Text("resourceVersion");
        if (!string.IsNullOrEmpty(version))
        {
            item.Ensure("metadata")["resourceVersion"] = version;
        }
        var names = type.Scale!.SpecReplicas.Split('.', StringSplitOptions.RemoveEmptyEntries);
        var target = names[..^1].Aggregate(item, (at, name) => at.Ensure(name));
        target[names[^1]] = JsonValue.Create(replicas);
        return item;
    }

    private static JsonNode? Read(JsonObject item, string path) =>
        path.Split('.', StringSplitOptions.RemoveEmptyEntries)
            .Aggregate((JsonNode?)item, (at, name) => (at as JsonObject)?[name]);
}
