using System.Text.Json.Nodes;
using LlmOperator.ApiServer.Resources;

namespace LlmOperator.ApiServer.OpenApi;

/// <summary>The <c>paths</c> of one version of a group: what may be done, and with which query parameters.</summary>
internal static class OpenApiPaths
{
    private static readonly string[] s_writeParameters =
    [
        "dryRun",
        "fieldManager",
        "fieldValidation",
        "pretty",
    ];

    private static readonly string[] s_listParameters =
    [
        "allowWatchBookmarks",
        "continue",
        "fieldSelector",
        "labelSelector",
        "limit",
        "resourceVersion",
        "resourceVersionMatch",
        "sendInitialEvents",
        "timeoutSeconds",
        "watch",
    ];

    public static JsonObject Create(IEnumerable<ResourceType> types)
    {
        var paths = new JsonObject();
        foreach (var type in types)
        {
            var root = type.Group.Length == 0 ? $"/api/{type.Version}" : $"/apis/{type.ApiVersion}";
            var collection = type.Namespaced
                ? $"{root}/namespaces/{{namespace}}/{type.Plural}"
                : $"{root}/{type.Plural}";
            paths[collection] = Collection(type);
            paths[$"{collection}/{{name}}"] = Item(type);
            if (type.HasStatus)
            {
                paths[$"{collection}/{{name}}/status"] = Subresource(type);
            }
            if (type.Namespaced)
            {
                paths[$"{root}/{type.Plural}"] = new JsonObject
                {
                    ["get"] = Operation(type, "list", s_listParameters),
                };
            }
        }
        return paths;
    }

    private static JsonObject Collection(ResourceType type) =>
        new()
        {
            ["get"] = Operation(type, "list", s_listParameters),
            ["post"] = Operation(type, "post", s_writeParameters),
            ["delete"] = Operation(type, "deletecollection", s_listParameters),
        };

    private static JsonObject Item(ResourceType type) =>
        new()
        {
            ["get"] = Operation(type, "get", ["pretty"]),
            ["put"] = Operation(type, "put", s_writeParameters),
            ["patch"] = Operation(type, "patch", [.. s_writeParameters, "force"]),
            ["delete"] = Operation(type, "delete", ["dryRun", "gracePeriodSeconds", "propagationPolicy"]),
        };

    private static JsonObject Subresource(ResourceType type) =>
        new()
        {
            ["get"] = Operation(type, "get", ["pretty"]),
            ["put"] = Operation(type, "put", s_writeParameters),
            ["patch"] = Operation(type, "patch", [.. s_writeParameters, "force"]),
        };

    private static JsonObject Operation(ResourceType type, string action, IEnumerable<string> parameters) =>
        new()
        {
            ["parameters"] = new JsonArray([.. parameters.Select(Parameter)]),
            ["responses"] = new JsonObject
            {
                ["200"] = new JsonObject { ["description"] = "OK" },
                ["401"] = new JsonObject { ["description"] = "Unauthorized" },
            },
            ["x-kubernetes-action"] = action,
            ["x-kubernetes-group-version-kind"] = OpenApiSchemas.GroupVersionKind(type, type.Kind),
        };

    private static JsonNode? Parameter(string name) =>
        new JsonObject
        {
            ["name"] = name,
            ["in"] = "query",
            ["schema"] = new JsonObject { ["type"] = "string", ["uniqueItems"] = true },
        };
}
