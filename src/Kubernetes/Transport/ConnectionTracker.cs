using System.Collections.Concurrent;
using System.Net.Sockets;

namespace LlmOperator.Kubernetes.Transport;

/// <summary>Opens connections and can close all of them.</summary>
internal sealed class ConnectionTracker
{
    private readonly ConcurrentDictionary<Socket, byte> _open = new();

    public async ValueTask<Stream> ConnectAsync(
        SocketsHttpConnectionContext context,
        CancellationToken cancellationToken
    )
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            _open[socket] = 0;
            return new TrackedStream(socket, this);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public void CloseAll()
    {
        foreach (Socket socket in _open.Keys)
        {
            _open.TryRemove(socket, out _);
            socket.Dispose();
        }
    }

    private sealed class TrackedStream(Socket socket, ConnectionTracker tracker)
        : NetworkStream(socket, ownsSocket: true)
    {
        protected override void Dispose(bool disposing)
        {
            tracker._open.TryRemove(Socket, out _);
            base.Dispose(disposing);
        }
    }
}
