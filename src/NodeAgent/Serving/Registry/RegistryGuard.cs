using System.Net;
using LlmOperator.Telemetry.Authentication;
using Microsoft.AspNetCore.Http;

namespace LlmOperator.NodeAgent.Serving.Registry;

/// <summary>Who may ask a registry: whoever has its token, or, without one, programs of this machine.</summary>
internal sealed class RegistryGuard(BearerToken? token)
{
    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (token is not null && !token.IsIn(context.Request))
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return RegistryError
                .Of(
                    StatusCodes.Status401Unauthorized,
                    "UNAUTHORIZED",
                    "The token is missing or is another one."
                )
                .ExecuteAsync(context);
        }

        if (token is null && !IsOfThisMachine(context.Request.Host.Host))
        {
            return RegistryError
                .Of(
                    StatusCodes.Status403Forbidden,
                    "DENIED",
                    "This registry answers to localhost and addresses only."
                )
                .ExecuteAsync(context);
        }

        return next(context);
    }

    // A page in a browser can have a name of its own lead to 127.0.0.1, and would then read what is served here.
    private static bool IsOfThisMachine(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || IPAddress.TryParse(host.Trim('[', ']'), out _);
}
