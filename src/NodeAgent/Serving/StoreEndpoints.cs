using System.Text.Json.Nodes;
using LlmOperator.NodeAgent.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace LlmOperator.NodeAgent.Serving;

/// <summary>What is stored on this node.</summary>
internal static class StoreEndpoints
{
    /// <summary>Serves <c>GET /v1/store</c>, and <c>POST /v1/store/prune?bytes=N</c> where there is a collector.</summary>
    public static void MapStore(
        this IEndpointRouteBuilder endpoints,
        ModelStore store,
        StoreCollector? collector = null
    )
    {
        endpoints.MapGet(
            "/v1/store",
            (HttpContext context) =>
                Results.Text(Write(store).ToJsonString(), "application/json").ExecuteAsync(context)
        );
        if (collector is not null)
        {
            endpoints.MapPost(
                "/v1/store/prune",
                (HttpContext context) => Prune(context, collector).ExecuteAsync(context)
            );
        }
    }

    private static IResult Prune(HttpContext context, StoreCollector collector)
    {
        string? text = context.Request.Query["bytes"];
        long bytes = long.MaxValue;
        if (text is not null && !(long.TryParse(text, out bytes) && bytes > 0))
        {
            return Results.Text(
                "bytes must be a number above 0.",
                statusCode: StatusCodes.Status400BadRequest
            );
        }

        JsonArray pruned =
        [
            .. collector
                .Prune(bytes, isTrial: false)
                .Select(item => new JsonObject
                {
                    ["digest"] = item.Digest.ToString(),
                    ["sizeBytes"] = item.SizeBytes,
                    ["names"] = new JsonArray([.. item.Names.Select(name => JsonValue.Create(name))]),
                    ["partial"] = item.IsPartial,
                }),
        ];
        return Results.Text(new JsonObject { ["pruned"] = pruned }.ToJsonString(), "application/json");
    }

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
