using System.Net;
using LlmOperator.Router.Dialects;
using LlmOperator.Router.Dialects.OpenAi;
using LlmOperator.Router.Identity;
using Microsoft.AspNetCore.Http;

namespace LlmOperator.Router.Serving;

/// <summary>
/// Says who asks, and lets in who may come. As soon as there is a key, in the router's file or as a RouterKey, one is
/// demanded. Without any, on loopback, whoever names this machine by its loopback name may come; that keeps out web pages
/// whose host name was pointed at 127.0.0.1.
/// </summary>
internal sealed class ClientGuard(RouterOptions options, Func<KeyRing> currentKeys, TimeProvider timeProvider)
{
    private const string Bearer = "Bearer ";
    private const string KeyHeader = "x-api-key";
    private readonly KeyHash[] _fileKeys = [.. options.ApiKeys.Select(k => KeyHash.Of(k)).OfType<KeyHash>()];

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

        if (Refusal(context.Request, out Caller caller) is { } refusal)
        {
            return CallerDialects.WriteErrorAsync(context, refusal);
        }

        context.Features.Set(caller);
        return next(context);
    }

    private OpenAiError? Refusal(HttpRequest request, out Caller caller)
    {
        caller = Caller.Local;
        KeyRing keys = currentKeys();
        if (_fileKeys.Length == 0 && keys.Count == 0)
        {
            return RefusalWithoutKeys(request);
        }

        if (Find(request, keys) is not { } found)
        {
            return new OpenAiError(
                StatusCodes.Status401Unauthorized,
                "invalid_api_key",
                "The API key is missing or wrong: send it as \"Authorization: Bearer KEY\"."
            );
        }

        caller = found;
        // What metrics, decisions and statistics name is more than a key of one namespace opens.
        bool isOfTheRouter =
            request.Path.Equals("/metrics", StringComparison.OrdinalIgnoreCase)
            || request.Path.StartsWithSegments("/router", StringComparison.OrdinalIgnoreCase);
        return caller.Key is not null && isOfTheRouter
            ? new OpenAiError(
                StatusCodes.Status403Forbidden,
                "not_allowed",
                "This is opened by a key of the router's own file, the metrics by the metrics token too."
            )
            : null;
    }

    private OpenAiError? RefusalWithoutKeys(HttpRequest request)
    {
        // The last RouterKey may be deleted while the router listens to the world: then nobody comes in.
        if (!IPAddress.IsLoopback(options.ListenAddress.Address))
        {
            return new OpenAiError(
                StatusCodes.Status401Unauthorized,
                "invalid_api_key",
                "The router has no API key yet: make one by llmop key create."
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

    private Caller? Find(HttpRequest request, KeyRing keys)
    {
        if (KeyOf(request) is not { Length: > 0 } text || KeyHash.Of(text) is not { } hash)
        {
            return null;
        }

        bool isOfFile = false;
        foreach (KeyHash known in _fileKeys)
        {
            // Every key is compared whole, so that the time says nothing about which one was nearly right.
            isOfFile |= hash.IsSameAs(known);
        }

        return isOfFile ? Caller.OfKeyFile : keys.Find(hash, timeProvider.GetUtcNow());
    }

    private static string? KeyOf(HttpRequest request)
    {
        string header = request.Headers.Authorization.ToString();
        return header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? header[Bearer.Length..].Trim()
            : header.Length == 0 ? request.Headers[KeyHeader].ToString().Trim()
            : null;
    }
}
