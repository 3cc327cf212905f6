using System.Net;
using System.Security.Cryptography;
using System.Text;
using LlmOperator.Router.Dialects;
using LlmOperator.Router.Dialects.OpenAi;
using Microsoft.AspNetCore.Http;

namespace LlmOperator.Router.Serving;

/// <summary>
/// Lets in who may come: with keys, whoever sends one; without, on loopback, whoever names this machine by its loopback
/// name. The latter keeps out web pages whose host name was pointed at 127.0.0.1.
/// </summary>
internal sealed class ClientGuard(RouterOptions options)
{
    private const string Bearer = "Bearer ";
    private readonly byte[][] _keyHashes =
    [
        .. options.ApiKeys.Select(k => SHA256.HashData(Encoding.UTF8.GetBytes(k))),
    ];

    /// <summary>Runs <paramref name="next"/> or answers the refusal.</summary>
    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        context.Response.Headers["x-request-id"] = context.TraceIdentifier;
        if (context.Request.Path.Value is "/healthz" or "/readyz")
        {
            return next(context);
        }

        if (options.MetricsToken?.Opens(context.Request) == true)
        {
            return next(context);
        }

        return Refusal(context.Request) is { } refusal
            ? CallerDialects.WriteErrorAsync(context, refusal)
            : next(context);
    }

    private OpenAiError? Refusal(HttpRequest request)
    {
        if (_keyHashes.Length > 0)
        {
            return HasKey(request)
                ? null
                : new OpenAiError(
                    StatusCodes.Status401Unauthorized,
                    "invalid_api_key",
                    "The API key is missing or wrong: send it as \"Authorization: Bearer KEY\"."
                );
        }

        // A web page may send requests to 127.0.0.1 too; its browser then says where the page comes from.
        string? origin = request.Headers.Origin;
        bool isLocal =
            IsLoopback(request.Host.Host)
            && (
                string.IsNullOrEmpty(origin)
                || (Uri.TryCreate(origin, UriKind.Absolute, out Uri? page) && IsLoopback(page.Host))
            );
        return isLocal
            ? null
            : new OpenAiError(
                StatusCodes.Status403Forbidden,
                "host_not_allowed",
                "Without API keys the router answers to this machine only: use 127.0.0.1 or localhost, and no foreign web page."
            );
    }

    private static bool IsLoopback(string host) =>
        host == "localhost"
        || (IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? address) && IPAddress.IsLoopback(address));

    private bool HasKey(HttpRequest request)
    {
        string header = request.Headers.Authorization.ToString();
        if (!header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(header[Bearer.Length..].Trim()));
        bool found = false;
        foreach (byte[] known in _keyHashes)
        {
            // Every key is compared, so that the time says nothing about which one was nearly right.
            found |= CryptographicOperations.FixedTimeEquals(hash, known);
        }

        return found;
    }
}
