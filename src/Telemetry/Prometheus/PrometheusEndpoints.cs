using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace LlmOperator.Telemetry.Prometheus;

/// <summary>Serves metrics over HTTP.</summary>
public static class PrometheusEndpoints
{
    /// <summary>Answers <c>GET</c> of <paramref name="pattern"/> with the metrics. Authentication is the caller's.</summary>
    public static IEndpointConventionBuilder MapPrometheusMetrics(
        this IEndpointRouteBuilder endpoints,
        PrometheusExporter exporter,
        string pattern = "/metrics"
    ) =>
        endpoints.MapGet(
            pattern,
            async context =>
            {
                context.Response.ContentType = PrometheusExporter.ContentType;
                await exporter.WriteAsync(context.Response.Body, context.RequestAborted);
            }
        );
}
