using LlmOperator.Kubernetes.Serialization;
using LlmOperator.Router.Accounting.Decisions;
using LlmOperator.Router.Dialects;
using LlmOperator.Router.Dialects.OpenAi;
using LlmOperator.Router.Identity;
using LlmOperator.Router.Statistics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace LlmOperator.Router.Serving;

/// <summary>
/// What the router says of itself: why a request went where it went, and what it measured. The guard lets nobody with a
/// RouterKey in; whoever got in with one would see its own requests alone and no figures.
/// </summary>
internal sealed class InsightEndpoints(DecisionRing decisions, RouterStatistics statistics)
{
    /// <summary>Path before the id of a request.</summary>
    public const string DecisionsPath = "/router/decisions/";

    /// <summary>Path of the figures.</summary>
    public const string StatisticsPath = "/router/statistics";

    /// <summary>Maps them.</summary>
    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(DecisionsPath + "{id}", WriteDecisionAsync);
        endpoints.MapGet(StatisticsPath, WriteStatisticsAsync);
    }

    private Task WriteDecisionAsync(HttpContext context)
    {
        string id = (string)context.Request.RouteValues["id"]!;
        Caller caller = context.Caller();
        return decisions.Find(id) is { } decision && (caller.Key is null || decision.Caller == caller.Name)
            ? WriteAsync(context, KubernetesJson.ToText(decision))
            : CallerDialects.WriteErrorAsync(
                context,
                new OpenAiError(
                    StatusCodes.Status404NotFound,
                    "unknown_request",
                    $"This router knows no request \"{id}\": it keeps the last {DecisionRing.DefaultSize}, each router its own; the id is in the response header x-request-id."
                )
            );
    }

    private Task WriteStatisticsAsync(HttpContext context) =>
        context.Caller().Key is null
            ? WriteAsync(context, KubernetesJson.ToText(StatisticsReport.Of(statistics)))
            : CallerDialects.WriteErrorAsync(
                context,
                new OpenAiError(
                    StatusCodes.Status403Forbidden,
                    "not_allowed",
                    "Figures of all targets are shown to keys of the router's own file only."
                )
            );

    private static async Task WriteAsync(HttpContext context, string json)
    {
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(json, context.RequestAborted);
    }
}
