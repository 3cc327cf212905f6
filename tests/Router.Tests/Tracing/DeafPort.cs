using System.Net;
using System.Net.Sockets;

namespace LlmOperator.Router.Tests.Tracing;

/// <summary>A port of this machine that is taken, and at which connections are refused.</summary>
internal sealed class DeafPort : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public DeafPort()
    {
        // Bound and not listening: nobody else gets it.
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_socket.LocalEndPoint!).Port}/");
    }

    public Uri Address { get; }

    public void Dispose() => _socket.Dispose();
}
