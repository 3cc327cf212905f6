using System.Text.Json.Nodes;
using LlmOperator.ApiServer.Errors;
using LlmOperator.ApiServer.Requests;
using LlmOperator.ApiServer.Resources;
using Microsoft.AspNetCore.Http;

namespace LlmOperator.ApiServer.OpenApi;

/// <summary><c>/openapi/v2</c>: one document for everything, which clients from before OpenAPI v3 read.</summary>
internal static class OpenApiV2
{
    public static Task WriteAsync(HttpContext http, IReadOnlyList<ResourceType> types, SchemaSource source)
    {
        var accept = http.Request.Headers.Accept.ToString();
        if (
            accept.Contains("protobuf", StringComparison.Ordinal)
            && !accept.Contains("json", StringComparison.Ordinal)
        )
        {
            throw ApiErrors.NotAcceptable(ApiResponse.JsonType);
        }
        return ApiResponse.WriteAsync(http, 200, Document(types, source));
    }

    private static JsonObject Document(IReadOnlyList<ResourceType> types, SchemaSource source) =>
        new()
        {
            ["swagger"] = "2.0",
            ["info"] = new JsonObject { ["title"] = "Kubernetes", ["version"] = "v1" },
            ["paths"] = OpenApiPaths.Create(types),
            ["definitions"] = OpenApiSchemas.Create(types, source, "#/definitions/"),
        };
}
