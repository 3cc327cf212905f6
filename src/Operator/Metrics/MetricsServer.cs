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
        MetricsToken? token,
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
        app.Use(next => context => GuardAsync(context, address, token, next));
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

    // Health says nothing but yes or no; metrics tell more, and leave the machine only to who has the token.
    private static Task GuardAsync(
        HttpContext context,
        Uri address,
        MetricsToken? token,
        RequestDelegate next
    )
    {
        // Named are the open paths: routing takes more spellings of the others than a comparison.
        bool isOpen =
            context.Request.Path.Value is "/healthz" or "/readyz"
            || (token is null ? address.IsLoopback : token.Opens(context.Request));
        if (isOpen)
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        return context.Response.WriteAsync(
            "Send the metrics token as \"Authorization: Bearer TOKEN\"; LLMOP_METRICS_TOKEN_FILE names its file.",
            context.RequestAborted
        );
    }

    private static Task AnswerAsync(HttpContext context, bool isGood)
    {
        context.Response.StatusCode = isGood
            ? StatusCodes.Status200OK
            : StatusCodes.Status503ServiceUnavailable;
        return context.Response.WriteAsync(isGood ? "ok" : "not ready", context.RequestAborted);
    }
}
