using LlmOperator.NodeAgent.Peers.Serving;
using LlmOperator.Telemetry.Authentication;
using LlmOperator.Telemetry.Prometheus;
using Microsoft.AspNetCore.Http;

namespace LlmOperator.NodeAgent.Serving;

/// <summary>Lets nothing but the two health paths, and those where peers prove themselves, pass without the token.</summary>
internal sealed class ServingGuard(BearerToken token, MetricsToken? metricsToken)
{
    public const string LivePath = "/healthz";
    public const string ReadyPath = "/readyz";

    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        PathString path = context.Request.Path;
        return
            path == LivePath
            || path == ReadyPath
            || path.StartsWithSegments(PeerEndpoints.Prefix, StringComparison.Ordinal)
            || token.IsIn(context.Request)
            || metricsToken?.Opens(context.Request) == true
            ? next(context)
            : ServingError.Unauthorized.WriteAsync(context);
    }
}
