using System.Net;

namespace LlmOperator.Models.Sources;

/// <summary>
/// The proxy for requests to sources. Hosts that may have private addresses, and this machine, are asked directly: they
/// are ours and not the proxy's.
/// </summary>
internal sealed class SourceProxy : IWebProxy
{
    private readonly SourceSettings _settings;
    private readonly Uri _address;

    public SourceProxy(SourceSettings settings, Uri address)
    {
        _settings = settings;
        _address = new UriBuilder(address) { UserName = "", Password = "" }.Uri;
        string[] parts = address.UserInfo.Split(':', 2);
        Credentials =
            address.UserInfo.Length == 0
                ? null
                : new NetworkCredential(
                    Uri.UnescapeDataString(parts[0]),
                    parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : ""
                );
    }

    public ICredentials? Credentials { get; set; }

    public Uri GetProxy(Uri destination) => _address;

    public bool IsBypassed(Uri host) =>
        AddressGuard.IsLoopback(host.Host)
        || _settings.AllowPrivateHosts.Contains(host.Host, StringComparer.OrdinalIgnoreCase);

    /// <summary>True for the address of the proxy itself, which people chose and not the source.</summary>
    public bool IsAt(DnsEndPoint point) =>
        point.Port == _address.Port
        && string.Equals(
            point.Host.Trim('[', ']'),
            _address.Host.Trim('[', ']'),
            StringComparison.OrdinalIgnoreCase
        );
}
