using LlmOperator.Controllers.Hosting;
using LlmOperator.Telemetry.Prometheus;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LlmOperator.Operator.Metrics;

/// <summary>Serves <c>/metrics</c>, <c>/healthz</c> and <c>/readyz</c>, on instances that do not lead as well (C53).</summary>
internal sealed class MetricsServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private MetricsServer(WebApplication app)
    {
        _app = app;
        Address = new Uri(
            app.Services.GetRequiredService<IServer>()
                .Features.Get<IServerAddressesFeature>()!
                .Addresses.First()
        );
    }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    public static async Task<MetricsServer> StartAsync(
        Uri address,
        ControllerManager manager,
        PrometheusExporter exporter,
        CancellationToken cancellationToken
    )
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls(address.GetLeftPart(UriPartial.Authority));
        builder.Services.AddRoutingCore();
        builder.Logging.ClearProviders();
        WebApplication app = builder.Build();
        app.UseRouting();
        app.MapPrometheusMetrics(exporter);
        app.MapGet("/healthz", (HttpContext c) => AnswerAsync(c, manager.IsLive));
        app.MapGet("/readyz", (HttpContext c) => AnswerAsync(c, manager.IsReady));
        await app.StartAsync(cancellationToken);
        return new MetricsServer(app);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static Task AnswerAsync(HttpContext context, bool isGood)
    {
        context.Response.StatusCode = isGood
            ? StatusCodes.Status200OK
            : StatusCodes.Status503ServiceUnavailable;
        return context.Response.WriteAsync(isGood ? "ok" : "not ready", context.RequestAborted);
    }
}
