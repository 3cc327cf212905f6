using System.Collections.Concurrent;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace LlmOperator.Kubernetes.Transport;

/// <summary>Opens connections, with TLS where the server is reached directly, and can close all of them.</summary>
/// <param name="tls">Options of a handshake that offers these protocols.</param>
/// <param name="limits">Time limits.</param>
/// <param name="time">Clock of the handshake's limit.</param>
internal sealed class ConnectionTracker(
    Func<List<SslApplicationProtocol>, SslClientAuthenticationOptions> tls,
    ConnectionLimits limits,
    TimeProvider time
)
{
    private readonly ConcurrentDictionary<Socket, byte> _open = new();

    // A handler that once met HTTP/1.1 alone speaks nothing else afterwards, so nothing else may be agreed on.
    private volatile bool _isOld;

    public async ValueTask<Stream> ConnectAsync(
        SocketsHttpConnectionContext context,
        CancellationToken cancellationToken
    )
    {
        Stream stream = await OpenAsync(context, cancellationToken);
        Uri server = context.InitialRequestMessage.RequestUri!;
        bool isDirect = server.IdnHost == context.DnsEndPoint.Host && server.Port == context.DnsEndPoint.Port;

        // Through a proxy the handler makes the tunnel first, then TLS.
        return isDirect && server.Scheme == Uri.UriSchemeHttps
            ? await HandshakeAsync(stream, cancellationToken)
            : stream;
    }

    public void CloseAll()
    {
        foreach (Socket socket in _open.Keys)
        {
            _open.TryRemove(socket, out _);
            socket.Dispose();
        }
    }

    private async Task<Stream> OpenAsync(
        SocketsHttpConnectionContext context,
        CancellationToken cancellationToken
    )
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            int seconds = (int)limits.KeepAlive.TotalSeconds;
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, seconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, seconds);
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

    private async Task<Stream> HandshakeAsync(Stream stream, CancellationToken cancellationToken)
    {
        SslStream secured = new(stream, leaveInnerStreamOpen: false);
        using CancellationTokenSource deadline = new(limits.TlsHandshake, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(
            cancellationToken,
            deadline.Token
        );
        try
        {
            List<SslApplicationProtocol> protocols = _isOld
                ? [SslApplicationProtocol.Http11]
                : [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11];
            await secured.AuthenticateAsClientAsync(tls(protocols), either.Token);
            _isOld |= secured.NegotiatedApplicationProtocol != SslApplicationProtocol.Http2;
            return secured;
        }
        catch (Exception e)
        {
            await secured.DisposeAsync();
            throw e switch
            {
                AuthenticationException => new HttpRequestException(
                    HttpRequestError.SecureConnectionError,
                    $"The server's certificate or TLS is refused: {e.Message}",
                    e
                ),
                OperationCanceledException when !cancellationToken.IsCancellationRequested =>
                    new HttpRequestException(
                        HttpRequestError.SecureConnectionError,
                        $"The TLS handshake was not done within {limits.TlsHandshake.TotalSeconds} seconds.",
                        new TimeoutException(e.Message, e)
                    ),
                _ => e,
            };
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
