using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LlmOperator.Controllers.Hosting;

/// <summary>A web server inside of a part: with limits, without settings from the environment, deaf to signals.</summary>
public static class PartWebServer
{
    private const int MaxHeaderBytes = 32 << 10;
    private static readonly TimeSpan s_headersTimeout = TimeSpan.FromSeconds(10);

    /// <summary>A server that listens nowhere yet and has no routes.</summary>
    /// <param name="address">Where it will listen; port 0 takes a free one.</param>
    /// <param name="maxBodyBytes">Longest body of a request.</param>
    /// <param name="maxConnections">Most connections at a time.</param>
    /// <param name="shutdownTimeout">How long requests may go on after a stop.</param>
    /// <param name="loggers">Where the server logs.</param>
    public static WebApplication Create(
        IPEndPoint address,
        long maxBodyBytes,
        long maxConnections,
        TimeSpan shutdownTimeout,
        ILoggerFactory loggers
    )
    {
        // The empty builder: no environment variable or settings file may change where it listens.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.Replace(ServiceDescriptor.Singleton(loggers));
        builder.Services.Replace(ServiceDescriptor.Singleton<IHostLifetime, NoSignals>());
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = shutdownTimeout);
        builder.Services.AddRoutingCore();
        builder
            .WebHost.UseKestrelCore()
            .ConfigureKestrel(kestrel =>
            {
                kestrel.AddServerHeader = false;
                kestrel.Limits.RequestHeadersTimeout = s_headersTimeout;
                kestrel.Limits.MaxRequestHeadersTotalSize = MaxHeaderBytes;
                kestrel.Limits.MaxRequestBodySize = maxBodyBytes;
                kestrel.Limits.MaxConcurrentConnections = maxConnections;
                kestrel.Listen(address);
            });
        return builder.Build();
    }

    /// <summary>Where a started server listens, with a slash at the end.</summary>
    public static Uri AddressOf(WebApplication app) => new(app.Urls.First().TrimEnd('/') + "/");
}
