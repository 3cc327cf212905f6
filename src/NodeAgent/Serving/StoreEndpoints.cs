using System.Text.Json.Nodes;
using LlmOperator.NodeAgent.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace LlmOperator.NodeAgent.Serving;

/// <summary>What is stored on this node.</summary>
internal static class StoreEndpoints
{
    /// <summary>Serves <c>GET /v1/store</c>.</summary>
    public static void MapStore(this IEndpointRouteBuilder endpoints, ModelStore store) =>
        endpoints.MapGet(
            "/v1/store",
            (HttpContext context) =>
                Results.Text(Write(store).ToJsonString(), "application/json").ExecuteAsync(context)
        );

    private static JsonObject Write(ModelStore store) =>
        new()
        {
            ["sizeBytes"] = store.SizeBytes,
            ["blobs"] = new JsonArray([
                .. store
                    .Blobs.OrderBy(blob => blob.Digest.Hex, StringComparer.Ordinal)
                    .Select(blob => new JsonObject
                    {
                        ["digest"] = blob.Digest.ToString(),
                        ["sizeBytes"] = blob.SizeBytes,
                        ["name"] = blob.Name,
                    }),
            ]),
        };
}
