using System.Net.Sockets;

namespace LlmOperator.Engines.LlamaCpp;

/// <summary>HTTP over a unix socket.</summary>
internal static class UnixSocketClient
{
    public static HttpClient Create(string socketPath)
    {
        SocketsHttpHandler handler = new()
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            // A connection for each request: llama-server ends a kept one after 100 requests or 5 s without notice, and
            // a body that is streamed cannot be sent a second time. On a unix socket a new one costs microseconds.
            PooledConnectionLifetime = TimeSpan.Zero,
            ConnectCallback = async (_, cancellationToken) =>
            {
                Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), cancellationToken);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        };
        return new HttpClient(handler)
        {
            BaseAddress = new Uri("http://localhost/"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }
}
