using System.Net;
using LlmOperator.Controllers.Hosting;
using LlmOperator.Telemetry.Prometheus;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LlmOperator.Router.Serving;

/// <summary>The web server of the router.</summary>
internal static class RouterApplication
{
    private const int LongestHeaders = 32 << 10;
    private static readonly TimeSpan s_headersTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Builds it.</summary>
    public static WebApplication Build(
        RouterOptions options,
        RouterEndpoints endpoints,
        PrometheusExporter exporter,
        Func<bool> isReady,
        ILoggerFactory loggers
    )
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Services.Replace(ServiceDescriptor.Singleton(loggers));
        builder.Services.Replace(ServiceDescriptor.Singleton<IHostLifetime, NoSignals>());
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = options.DrainTimeout);
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Configure(kestrel, options));
        WebApplication app = builder.Build();
        ClientGuard guard = new(options);
        ConcurrencyLimit limit = new(options.MaxConcurrentRequests);
        app.Use(next => context => guard.InvokeAsync(context, next));
        app.Use(next => context => limit.InvokeAsync(context, next));
        app.UseRouting();
        app.MapGet("/healthz", () => Results.Text("ok"));
        app.MapGet(
            "/readyz",
            () => isReady() ? Results.Text("ok") : Results.StatusCode((int)HttpStatusCode.ServiceUnavailable)
        );
        app.MapPrometheusMetrics(exporter);
        endpoints.Map(app);
        return app;
    }

    private static void Configure(KestrelServerOptions kestrel, RouterOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.RequestHeadersTimeout = s_headersTimeout;
        kestrel.Limits.MaxRequestHeadersTotalSize = LongestHeaders;
        // One byte more: the router itself answers what is too long, in the client's dialect.
        kestrel.Limits.MaxRequestBodySize = options.MaxRequestBytes + 1L;
        kestrel.Limits.MaxConcurrentConnections = options.MaxConcurrentRequests * 4L;
        kestrel.Listen(options.ListenAddress);
    }
}
