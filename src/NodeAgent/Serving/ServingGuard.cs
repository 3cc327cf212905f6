using LlmOperator.NodeAgent.Peers.Serving;
using LlmOperator.Telemetry.Authentication;
using LlmOperator.Telemetry.Prometheus;
using Microsoft.AspNetCore.Http;

namespace LlmOperator.NodeAgent.Serving;

/// <summary>Lets nothing but the two health paths, and those where peers prove themselves, pass without the token.</summary>
internal sealed class ServingGuard(BearerToken token, MetricsToken? metricsToken, BearerToken? registryToken)
{
    public const string LivePath = "/healthz";
    public const string ReadyPath = "/readyz";

    private const string RegistryPath = "/v2";

    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        PathString path = context.Request.Path;
        return
            path == LivePath
            || path == ReadyPath
            || path.StartsWithSegments(PeerEndpoints.Prefix, StringComparison.Ordinal)
            || token.IsIn(context.Request)
            || metricsToken?.Opens(context.Request) == true
            || (path.StartsWithSegments(RegistryPath, StringComparison.Ordinal) && IsOfRegistry(context))
            ? next(context)
            : ServingError.Unauthorized.WriteAsync(context);
    }

    private bool IsOfRegistry(HttpContext context) => registryToken?.IsIn(context.Request) == true;
}
