using System.Net;
using LlmOperator.Controllers.Hosting;
using LlmOperator.Router.Identity;
using LlmOperator.Router.Mcp;
using LlmOperator.Telemetry.Prometheus;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LlmOperator.Router.Serving;

/// <summary>The web server of the router.</summary>
internal static class RouterApplication
{
    // Clients keep connections open between requests.
    private const long ConnectionsPerRequest = 4;

    // Tokens are few bytes; a megabyte a second still goes over 100 ms.
    private const int SendBufferBytes = 64 << 10;

    /// <summary>Builds it.</summary>
    public static WebApplication Build(
        RouterOptions options,
        RouterEndpoints endpoints,
        McpTools mcp,
        PrometheusExporter exporter,
        Func<KeyRing> currentKeys,
        Func<bool> isTakingRequests,
        TimeProvider timeProvider,
        ILoggerFactory loggers
    )
    {
        WebApplication app = PartWebServer.Create(
            options.ListenAddress,
            // One byte more: the router itself answers what is too long, in the client's dialect.
            options.MaxRequestBytes + 1L,
            options.MaxConcurrentRequests * ConnectionsPerRequest,
            options.DrainTimeout,
            loggers,
            options.MaxConnectionsPerAddress,
            SendBufferBytes,
            services =>
            {
                McpEndpoint.AddServices(services, mcp);
                // What a socket brings is worked on where it comes in, on a thread of the pool, and what is written goes out
                // at once: through a queue in between, each request waits for two more threads to wake.
                services.Configure<SocketTransportOptions>(o => o.UnsafePreferInlineScheduling = true);
            }
        );
        ClientGuard guard = new(options, currentKeys, timeProvider);
        OverloadGate limit = new(options, timeProvider);
        app.Use(next =>
            context =>
            {
                context.Features.Set(limit);
                // A client that keeps its connection would lose it at a bad moment: it is told to take another.
                if (!isTakingRequests())
                {
                    context.Response.Headers.Connection = "close";
                }

                return next(context);
            }
        );
        app.Use(next => context => guard.InvokeAsync(context, next));
        app.UseRouting();
        app.MapGet("/healthz", () => Results.Text("ok"));
        app.MapGet(
            "/readyz",
            () =>
                isTakingRequests()
                    ? Results.Text("ok")
                    : Results.StatusCode((int)HttpStatusCode.ServiceUnavailable)
        );
        app.MapPrometheusMetrics(exporter);
        McpEndpoint.Map(app);
        endpoints.Map(app);
        return app;
    }
}
