using System.Net;

namespace LlmOperator.Kubernetes.Transport;

/// <summary>
/// The proxy of a server (C6): the kubeconfig's <c>proxy-url</c> always; else what <c>HTTPS_PROXY</c>,
/// <c>HTTP_PROXY</c> and <c>NO_PROXY</c> say, read as Go's httpproxy package reads them, networks such as
/// <c>10.0.0.0/8</c> included: a pod must not ask a company's proxy for its own API server.
/// </summary>
internal static class ProxyChoice
{
    /// <param name="server">Address of the API server.</param>
    /// <param name="configured">The kubeconfig's proxy, or null.</param>
    /// <param name="variable">Reads the environment.</param>
    /// <returns>The proxy, or null for none.</returns>
    /// <exception cref="ArgumentException">The environment's proxy is no address; names the variable.</exception>
    public static WebProxy? For(Uri server, Uri? configured, Func<string, string?> variable)
    {
        if (configured is not null)
        {
            return Of(configured);
        }

        string name = server.Scheme == Uri.UriSchemeHttps ? "HTTPS_PROXY" : "HTTP_PROXY";
        string? text = Variable(name, variable);
        return text is null || IsExcepted(server, Variable("NO_PROXY", variable))
            ? null
            : Of(Parse(name, text));
    }

    private static string? Variable(string name, Func<string, string?> variable) =>
        variable(name) is { Length: > 0 } upper ? upper
        : variable(name.ToLowerInvariant()) is { Length: > 0 } lower ? lower
        : null;

    private static Uri Parse(string name, string text) =>
        Uri.TryCreate(
            text.Contains("://", StringComparison.Ordinal) ? text : $"http://{text}",
            UriKind.Absolute,
            out Uri? proxy
        ) && proxy.Scheme is "http" or "https" or "socks5"
            ? proxy
            : throw new ArgumentException(
                $"{name} is no address of a proxy; use one such as http://proxy.example.com:3128."
            );

    private static WebProxy Of(Uri proxy)
    {
        string[] user = proxy.UserInfo.Split(':', 2);
        return new WebProxy(proxy)
        {
            Credentials =
                proxy.UserInfo.Length == 0
                    ? null
                    : new NetworkCredential(
                        Uri.UnescapeDataString(user[0]),
                        user.Length > 1 ? Uri.UnescapeDataString(user[1]) : ""
                    ),
        };
    }

    private static bool IsExcepted(Uri server, string? exceptions)
    {
        string host = server.IdnHost.Trim('[', ']').TrimEnd('.').ToLowerInvariant();
        bool isAddress = IPAddress.TryParse(host, out IPAddress? address);
        if (host == "localhost" || (isAddress && IPAddress.IsLoopback(address!)))
        {
            return true;
        }

        return (exceptions ?? "")
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Any(e => Matches(e.ToLowerInvariant(), host, address, server.Port));
    }

    private static bool Matches(string exception, string host, IPAddress? address, int port)
    {
        if (exception == "*")
        {
            return true;
        }

        if (exception.Contains('/', StringComparison.Ordinal))
        {
            return address is not null
                && IPNetwork.TryParse(exception, out IPNetwork network)
                && network.Contains(address);
        }

        (string name, int? wanted) = SplitPort(exception);
        if (wanted is not null && wanted != port)
        {
            return false;
        }

        if (IPAddress.TryParse(name, out IPAddress? excepted))
        {
            return excepted.Equals(address);
        }

        // A leading dot means the names below it alone; without one the name itself counts too.
        string suffix = name.StartsWith("*.", StringComparison.Ordinal) ? name[1..] : name;
        return suffix.StartsWith('.')
            ? host.EndsWith(suffix, StringComparison.Ordinal)
            : host == suffix || host.EndsWith($".{suffix}", StringComparison.Ordinal);
    }

    private static (string Name, int? Port) SplitPort(string text)
    {
        int end = text.LastIndexOf(':');
        bool hasPort =
            end > 0
            && (text[end - 1] == ']' || text.IndexOf(':', StringComparison.Ordinal) == end)
            && int.TryParse(text[(end + 1)..], out _);
        return hasPort
            ? (
                text[..end].Trim('[', ']'),
                int.Parse(text[(end + 1)..], System.Globalization.CultureInfo.InvariantCulture)
            )
            : (text.Trim('[', ']'), null);
    }
}
