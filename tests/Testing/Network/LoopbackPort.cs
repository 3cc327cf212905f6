using System.Net;
using System.Net.Sockets;

namespace LlmOperator.Testing.Network;

/// <summary>Ports for processes that have to be told one.</summary>
public static class LoopbackPort
{
    /// <summary>A port that nobody listened at a moment ago.</summary>
    public static int Free()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
