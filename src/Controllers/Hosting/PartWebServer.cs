using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LlmOperator.Controllers.Hosting;

/// <summary>A web server inside of a part: with limits, without settings from the environment, deaf to signals.</summary>
public static class PartWebServer
{
    private const int MaxHeaderBytes = 32 << 10;

    // What a connection may hold in memory while its client does not read, or while nobody reads what it sends.
    private const int MaxRequestBufferBytes = 64 << 10;
    private const int MaxResponseBufferBytes = 32 << 10;

    // Slower than any network that a person would put up with; the first seconds are free.
    private const double LeastBytesPerSecond = 240;
    private static readonly TimeSpan s_bodyGrace = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_headersTimeout = TimeSpan.FromSeconds(10);

    /// <summary>A server that listens nowhere yet and has no routes.</summary>
    /// <param name="address">Where it will listen; port 0 takes a free one.</param>
    /// <param name="maxBodyBytes">Longest body of a request.</param>
    /// <param name="maxConnections">Most connections at a time.</param>
    /// <param name="shutdownTimeout">How long requests may go on after a stop.</param>
    /// <param name="loggers">Where the server logs.</param>
    /// <param name="maxConnectionsPerAddress">Most connections of one client address at a time; no limit where it is null.</param>
    /// <param name="sendBufferBytes">What the kernel holds of an answer that a client does not read, a connection; as much as it likes, several MiB, where it is null.</param>
    /// <param name="services">Adds what the routes need; nothing where it is null.</param>
    public static WebApplication Create(
        IPEndPoint address,
        long maxBodyBytes,
        long maxConnections,
        TimeSpan shutdownTimeout,
        ILoggerFactory loggers,
        int? maxConnectionsPerAddress = null,
        int? sendBufferBytes = null,
        Action<IServiceCollection>? services = null
    )
    {
        // The empty builder: no environment variable or settings file may change where it listens.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.Replace(ServiceDescriptor.Singleton(loggers));
        builder.Services.Replace(ServiceDescriptor.Singleton<IHostLifetime, NoSignals>());
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = shutdownTimeout);
        builder.Services.AddRoutingCore();
        services?.Invoke(builder.Services);
        builder
            .WebHost.UseKestrelCore()
            .UseSockets(sockets =>
            {
                if (sendBufferBytes is { } bytes)
                {
                    // Connections inherit it.
                    sockets.CreateBoundListenSocket = endpoint => WithSendBuffer(endpoint, bytes);
                }
            })
            .ConfigureKestrel(kestrel =>
            {
                kestrel.AddServerHeader = false;
                kestrel.Limits.RequestHeadersTimeout = s_headersTimeout;
                kestrel.Limits.MaxRequestHeadersTotalSize = MaxHeaderBytes;
                kestrel.Limits.MaxRequestBodySize = maxBodyBytes;
                kestrel.Limits.MaxConcurrentConnections = maxConnections;
                // A client that sends or reads too slowly is cut off: neither a body nor an answer is held for it.
                kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(LeastBytesPerSecond, s_bodyGrace);
                kestrel.Limits.MinResponseDataRate = new MinDataRate(LeastBytesPerSecond, s_bodyGrace);
                kestrel.Limits.MaxRequestBufferSize = MaxRequestBufferBytes;
                kestrel.Limits.MaxResponseBufferSize = MaxResponseBufferBytes;
                kestrel.Listen(
                    address,
                    listen =>
                    {
                        if (maxConnectionsPerAddress is { } most)
                        {
                            AddressLimit limit = new(most);
                            listen.Use(next => connection => limit.InvokeAsync(connection, next));
                        }
                    }
                );
            });
        return builder.Build();
    }

    private static Socket WithSendBuffer(EndPoint endpoint, int bytes)
    {
        Socket socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        socket.SendBufferSize = bytes;
        return socket;
    }

    /// <summary>Where a started server listens, with a slash at the end.</summary>
    public static Uri AddressOf(WebApplication app) => new(app.Urls.First().TrimEnd('/') + "/");
}
