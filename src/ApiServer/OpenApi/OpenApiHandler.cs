using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using LlmOperator.ApiServer.Discovery;
using LlmOperator.ApiServer.Errors;
using LlmOperator.ApiServer.Requests;
using LlmOperator.ApiServer.Resources;
using Microsoft.AspNetCore.Http;

namespace LlmOperator.ApiServer.OpenApi;

/// <summary><c>/openapi/v3</c>: an index, and one document for each version of each group.</summary>
internal sealed class OpenApiHandler(ResourceRegistry registry, SchemaSource source)
{
    public async Task HandleAsync(HttpContext http, string[] parts)
    {
        switch (parts)
        {
            case ["openapi", "v3"]:
                RefuseProtobufOnly(http.Request);
                await ApiResponse.WriteAsync(http, 200, Index());
                break;
            case ["openapi", "v3", "api", var version]:
                await WriteDocumentAsync(http, "", version);
                break;
            case ["openapi", "v3", "apis", var group, var version]:
                await WriteDocumentAsync(http, group, version);
                break;
            case ["openapi", "v2"]:
                await OpenApiV2.WriteAsync(http, registry.All, source);
                break;
            default:
                throw ApiErrors.UnknownPath();
        }
    }

    private JsonObject Index()
    {
        var paths = new JsonObject();
        foreach (var version in registry.All.GroupBy(t => (t.Group, t.Version)))
        {
            var path =
                version.Key.Group.Length == 0
                    ? $"api/{version.Key.Version}"
                    : $"apis/{version.Key.Group}/{version.Key.Version}";
            paths[path] = new JsonObject
            {
                ["serverRelativeURL"] = $"/openapi/v3/{path}?hash={Hash(version)}",
            };
        }
        return new() { ["paths"] = paths };
    }

    private async Task WriteDocumentAsync(HttpContext http, string group, string version)
    {
        RefuseProtobufOnly(http.Request);
        var types = registry.All.Where(t => t.Group == group && t.Version == version).ToList();
        if (types.Count == 0)
        {
            throw ApiErrors.UnknownPath();
        }
        var hash = Hash(types);
        http.Response.Headers.ETag = $"\"{hash}\"";
        if (http.Request.Headers.IfNoneMatch.ToString() == $"\"{hash}\"")
        {
            http.Response.StatusCode = 304;
            return;
        }
        await ApiResponse.WriteAsync(http, 200, Document(types));
    }

    private JsonObject Document(IReadOnlyList<ResourceType> types) =>
        new()
        {
            ["openapi"] = "3.0.0",
            ["info"] = new JsonObject
            {
                ["title"] = "Kubernetes",
                ["version"] = VersionDocument.Create()["gitVersion"]!.DeepClone(),
            },
            ["paths"] = OpenApiPaths.Create(types),
            ["components"] = new JsonObject
            {
                ["schemas"] = OpenApiSchemas.Create(types, source, "#/components/schemas/"),
            },
        };

    private string Hash(IEnumerable<ResourceType> types) =>
        Convert.ToHexString(
            SHA256.HashData(
                Encoding.UTF8.GetBytes(
                    string.Join('\n', types.Select(t => $"{t.ApiVersion}/{t.Kind}/{source.Version(t)}"))
                )
            )
        );

    private static void RefuseProtobufOnly(HttpRequest request)
    {
        var accept = request.Headers.Accept.ToString();
        if (
            accept.Contains("protobuf", StringComparison.Ordinal)
            && !accept.Contains("json", StringComparison.Ordinal)
            && !accept.Contains("*/*", StringComparison.Ordinal)
        )
        {
            throw ApiErrors.NotAcceptable(ApiResponse.JsonType);
        }
    }
}
