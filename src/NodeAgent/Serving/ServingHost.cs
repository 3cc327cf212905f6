using LlmOperator.Controllers.Hosting;
using LlmOperator.NodeAgent.Replicas;
using LlmOperator.NodeAgent.Serving.Forwarding;
using LlmOperator.NodeAgent.Serving.Registry;
using LlmOperator.NodeAgent.Store;
using LlmOperator.Telemetry.Authentication;
using LlmOperator.Telemetry.Prometheus;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LlmOperator.NodeAgent.Serving;

/// <summary>The agent's one port: replicas, the store, health and metrics, all but health behind the token.</summary>
internal sealed class ServingHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ServingMetrics _metrics;

    private ServingHost(WebApplication app, ServingMetrics metrics)
    {
        _app = app;
        _metrics = metrics;
        Address = PartWebServer.AddressOf(app);
    }

    /// <summary>Where it listens, such as <c>http://127.0.0.1:5005/</c>.</summary>
    public Uri Address { get; }

    /// <summary>Listens.</summary>
    /// <exception cref="ArgumentException">The token is too short.</exception>
    /// <exception cref="IOException">The address is in use.</exception>
    public static async Task<ServingHost> StartAsync(
        ServingOptions options,
        IReplicaGateway gateway,
        ModelStore store,
        ILoggerFactory loggers,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        ServingGuard guard = new(
            new BearerToken(options.Token),
            options.MetricsToken,
            options.RegistryToken is { } registry ? new BearerToken(registry) : null
        );
        ServingMetrics metrics = new(options.MetricsScope, time);
        WebApplication app = PartWebServer.Create(
            options.ListenAddress,
            options.MaxBodyBytes,
            options.MaxConnections,
            options.DrainTimeout,
            loggers
        );
        try
        {
            app.Use(next => context => guard.InvokeAsync(context, next));
            app.UseRouting();
            MapHealth(app, options.IsReady);
            EngineForwarder forwarder = new(loggers.CreateLogger<EngineForwarder>());
            new ReplicaEndpoints(gateway, forwarder, metrics, options.MaxBodyBytes).Map(app);
            options.Peers?.Map(app);
            app.MapStore(store, options.Collector);
            if (options.ServesRegistry)
            {
                app.MapRegistry(store);
            }

            if (options.Exporter is { } exporter)
            {
                app.MapPrometheusMetrics(exporter);
            }

            await app.StartAsync(cancellationToken);
            return new ServingHost(app, metrics);
        }
        catch
        {
            await app.DisposeAsync();
            metrics.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Takes no more connections and waits for the requests in flight, up to the drain time-out or until the token is
    /// cancelled; what then remains is aborted.
    /// </summary>
    public Task StopAsync(CancellationToken cancellationToken) => _app.StopAsync(cancellationToken);

    /// <summary>Stops at once, when <see cref="StopAsync"/> was not called.</summary>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
        _metrics.Dispose();
    }

    private static void MapHealth(WebApplication app, Func<bool> isReady)
    {
        app.MapGet(ServingGuard.LivePath, () => Results.Text("ok"));
        app.MapGet(
            ServingGuard.ReadyPath,
            () =>
                isReady()
                    ? Results.Text("ok")
                    : Results.Text("not ready", statusCode: StatusCodes.Status503ServiceUnavailable)
        );
    }
}
