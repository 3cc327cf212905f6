using LlmOperator.ApiServer.Errors;
using LlmOperator.ApiServer.OpenApi;
using LlmOperator.ApiServer.Requests;
using LlmOperator.ApiServer.Resources;
using Microsoft.AspNetCore.Http;

namespace LlmOperator.ApiServer.Discovery;

/// <summary>The documents that say what is served: discovery and OpenAPI.</summary>
internal sealed class DocumentHandler(ResourceRegistry registry, OpenApiHandler openApi)
{
    /// <returns>False when the path names no such document.</returns>
    public async Task<bool> TryHandleAsync(HttpContext http, string path)
    {
        var parts = path.Trim('/').Split('/');
        var types = registry.All;
        switch (parts)
        {
            case ["openapi", ..]:
                await openApi.HandleAsync(http, parts);
                return true;
            case ["api"] or ["apis"] when AggregatedDiscovery.Accepts(http.Request) is { } version:
                var aggregated = AggregatedDiscovery.Create(types, core: parts[0] == "api", version);
                await ApiResponse.WriteAsync(http, 200, aggregated, AggregatedDiscovery.ContentType(version));
                return true;
            case ["api"]:
                await ApiResponse.WriteAsync(http, 200, GroupDiscovery.CoreVersions(http.Request));
                return true;
            case ["apis"]:
                await ApiResponse.WriteAsync(http, 200, GroupDiscovery.Groups(types));
                return true;
            case ["apis", var group]:
                await ApiResponse.WriteAsync(
                    http,
                    200,
                    GroupDiscovery.Group(types, group) ?? throw ApiErrors.UnknownPath()
                );
                return true;
            case ["api", "v1"]:
                await ApiResponse.WriteAsync(http, 200, ResourceDiscovery.Create(types, "", "v1")!);
                return true;
            case ["apis", var group, var version]:
                await ApiResponse.WriteAsync(
                    http,
                    200,
                    ResourceDiscovery.Create(types, group, version) ?? throw ApiErrors.UnknownPath()
                );
                return true;
            default:
                return false;
        }
    }
}
