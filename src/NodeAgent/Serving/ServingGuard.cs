using Microsoft.AspNetCore.Http;

namespace LlmOperator.NodeAgent.Serving;

/// <summary>Lets nothing but the two health paths pass without the token.</summary>
internal sealed class ServingGuard(BearerToken token)
{
    public const string LivePath = "/healthz";
    public const string ReadyPath = "/readyz";

    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        PathString path = context.Request.Path;
        return path == LivePath || path == ReadyPath || token.IsIn(context.Request)
            ? next(context)
            : ServingError.Unauthorized.WriteAsync(context);
    }
}
