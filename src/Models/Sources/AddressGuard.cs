using System.Net;
using System.Net.Sockets;

namespace LlmOperator.Models.Sources;

/// <summary>
/// Which addresses may be dialled. A source is written by a tenant, so it must not reach what only we can reach:
/// this machine, the private network, the cloud's metadata service.
/// </summary>
internal static class AddressGuard
{
    // IANA special-purpose registries, https://www.iana.org/assignments/iana-ipv4-special-registry
    private static readonly IPNetwork[] s_private =
    [
        IPNetwork.Parse("0.0.0.0/8"),
        IPNetwork.Parse("10.0.0.0/8"),
        IPNetwork.Parse("100.64.0.0/10"),
        IPNetwork.Parse("169.254.0.0/16"),
        IPNetwork.Parse("172.16.0.0/12"),
        IPNetwork.Parse("192.0.0.0/24"),
        IPNetwork.Parse("192.0.2.0/24"),
        IPNetwork.Parse("192.168.0.0/16"),
        IPNetwork.Parse("198.18.0.0/15"),
        IPNetwork.Parse("198.51.100.0/24"),
        IPNetwork.Parse("203.0.113.0/24"),
        IPNetwork.Parse("224.0.0.0/4"),
        IPNetwork.Parse("240.0.0.0/4"),
        IPNetwork.Parse("::/128"),
        IPNetwork.Parse("64:ff9b:1::/48"),
        IPNetwork.Parse("100::/64"),
        IPNetwork.Parse("2001:db8::/32"),
        IPNetwork.Parse("fc00::/7"),
        IPNetwork.Parse("fe80::/10"),
        // Site-local, obsolete since RFC 3879 and still routed by some.
        IPNetwork.Parse("fec0::/10"),
        IPNetwork.Parse("ff00::/8"),
    ];

    // These carry an IPv4 address in them: NAT64, and 6to4 which is obsolete.
    private static readonly IPNetwork s_nat64 = IPNetwork.Parse("64:ff9b::/96");
    private static readonly IPNetwork s_sixToFour = IPNetwork.Parse("2002::/16");

    /// <summary>True when <paramref name="host"/> may be dialled at <paramref name="address"/>.</summary>
    public static bool Allows(SourceSettings settings, string host, IPAddress address)
    {
        IPAddress real = Unwrap(address);
        if (IPAddress.IsLoopback(real))
        {
            return settings.AllowLoopback;
        }

        return !s_private.Any(network =>
                network.BaseAddress.AddressFamily == real.AddressFamily && network.Contains(real)
            ) || settings.AllowPrivateHosts.Contains(host, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>True when plain HTTP may be spoken to <paramref name="host"/>.</summary>
    public static bool AllowsPlainHttp(SourceSettings settings, string host) =>
        IsLoopback(host) || settings.AllowPlainHttpHosts.Contains(host, StringComparer.OrdinalIgnoreCase);

    /// <summary>True for a name or an address of this machine.</summary>
    public static bool IsLoopback(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase)
        || (
            IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? address)
            && IPAddress.IsLoopback(Unwrap(address))
        );

    private static IPAddress Unwrap(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            byte[] bytes = address.GetAddressBytes();
            if (s_nat64.Contains(address))
            {
                return new IPAddress(bytes.AsSpan(12, 4));
            }

            if (s_sixToFour.Contains(address))
            {
                return new IPAddress(bytes.AsSpan(2, 4));
            }
        }

        return address;
    }
}
