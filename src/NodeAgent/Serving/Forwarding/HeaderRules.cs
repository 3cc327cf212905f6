using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace LlmOperator.NodeAgent.Serving.Forwarding;

/// <summary>Which headers go on. Those of one connection do not (RFC 9110, 7.6.1), nor credentials and cookies.</summary>
internal static class HeaderRules
{
    private static readonly HashSet<string> s_connection = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection",
        "Keep-Alive",
        "Proxy-Connection",
        "Proxy-Authenticate",
        "Proxy-Authorization",
        "TE",
        "Trailer",
        "Transfer-Encoding",
        "Upgrade",
        "HTTP2-Settings",
        "Alt-Svc",
    };

    private static readonly HashSet<string> s_private = new(StringComparer.OrdinalIgnoreCase)
    {
        "Authorization",
        "Cookie",
        "Expect",
        "Host",
        "Server",
        "Set-Cookie",
    };

    /// <summary>Headers of the client's request for the engine.</summary>
    public static void CopyRequest(HttpRequest source, HttpRequestMessage target)
    {
        HashSet<string> named = Named(source.Headers.Connection);
        foreach ((string name, StringValues values) in source.Headers)
        {
            if (
                GoesOn(name, named)
                && !target.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values)
            )
            {
                target.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
            }
        }
    }

    /// <summary>Headers of the engine's answer for the client.</summary>
    public static void CopyResponse(HttpResponseMessage source, HttpResponse target)
    {
        HashSet<string> named = Named(source.Headers.Connection.ToArray());
        Copy(source.Headers, named, target);
        Copy(source.Content.Headers, named, target);
    }

    private static void Copy(HttpHeaders source, HashSet<string> named, HttpResponse target)
    {
        foreach ((string name, HeaderStringValues values) in source.NonValidated)
        {
            if (GoesOn(name, named))
            {
                target.Headers[name] = values.ToArray();
            }
        }
    }

    private static bool GoesOn(string name, HashSet<string> named) =>
        !s_connection.Contains(name) && !s_private.Contains(name) && !named.Contains(name);

    private static HashSet<string> Named(StringValues connection) =>
        new(
            connection.SelectMany(value =>
                (value ?? "").Split(
                    ',',
                    StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries
                )
            ),
            StringComparer.OrdinalIgnoreCase
        );
}
