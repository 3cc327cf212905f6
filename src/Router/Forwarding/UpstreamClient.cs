using System.Net;
using System.Net.Sockets;
using LlmOperator.Router.Dialects.OpenAi;

namespace LlmOperator.Router.Forwarding;

/// <summary>Connections to agents and providers.</summary>
internal sealed class UpstreamClient : IDisposable
{
    // Below the keep-alive of common servers (5 s): a pooled connection is not one that is just being closed.
    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(4);

    // What the kernel holds of an answer that the router does not read, because its client does not.
    private const int ReceiveBufferBytes = 128 << 10;

    // The end of a stream's transfer comes after its last event: read, it leaves the connection for others. A stream that
    // nobody reads any more ends with its connection, and the engine with it.
    private const int MostDrainedBytes = 16 << 10;
    private static readonly TimeSpan s_drain = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_localConnect = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_remoteConnect = TimeSpan.FromSeconds(10);
    private readonly HttpMessageInvoker _local = new(Handler(s_localConnect));
    private readonly HttpMessageInvoker _remote = new(Handler(s_remoteConnect));

    /// <summary>Sends a request and returns when the answer's headers are there. The caller disposes the answer.</summary>
    /// <exception cref="HttpRequestException">The target cannot be reached, or the connection broke.</exception>
    public async Task<HttpResponseMessage> SendAsync(
        UpstreamTarget target,
        OpenAiRequest request,
        PooledBuffer body,
        CancellationToken cancellationToken
    )
    {
        // Its body goes back to the pool with it; who still writes the body on has a share of its own.
        using HttpRequestMessage message = target.Dialect.ToMessage(target, request, body);
        target.Trace?.WriteTo(message);
        return await (target.IsLocal ? _local : _remote).SendAsync(message, cancellationToken);
    }

    /// <summary>Sends something that is no inference to one of our own agents.</summary>
    /// <exception cref="HttpRequestException">The agent cannot be reached, or the connection broke.</exception>
    public Task<HttpResponseMessage> SendLocalAsync(
        HttpRequestMessage message,
        CancellationToken cancellationToken
    ) => _local.SendAsync(message, cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        _local.Dispose();
        _remote.Dispose();
    }

    private static async ValueTask<Stream> ConnectAsync(
        SocketsHttpConnectionContext context,
        CancellationToken cancellationToken
    )
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            ReceiveBufferSize = ReceiveBufferBytes,
        };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static SocketsHttpHandler Handler(TimeSpan connectTimeout) =>
        new()
        {
            // Who gets a trace context is decided for each target.
            ActivityHeadersPropagator = null,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectCallback = ConnectAsync,
            ConnectTimeout = connectTimeout,
            MaxResponseDrainSize = MostDrainedBytes,
            ResponseDrainTimeout = s_drain,
            PooledConnectionIdleTimeout = s_idle,
            UseCookies = false,
            UseProxy = false,
        };
}
