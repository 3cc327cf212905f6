using LlmOperator.Controllers.Hosting;
using LlmOperator.Operator.Metrics;
using LlmOperator.Telemetry.Prometheus;

namespace LlmOperator.Operator;

/// <summary>A running operator: the controllers and, when wanted, the server of health and metrics.</summary>
internal sealed class OperatorPart(
    OperatorOptions options,
    ControllerManager manager,
    PrometheusExporter metrics,
    IReadOnlyList<IDisposable> owned
) : IHostedPart
{
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _completion = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private MetricsServer? _server;
    private Task _running = Task.CompletedTask;

    public string Name => "operator";

    public Uri? Address => _server?.Address;

    public Task Completion => _completion.Task;

    /// <summary>True when the caches have synced.</summary>
    public bool IsReady => manager.IsReady;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.ListenAddress is { } address)
        {
            _server = await MetricsServer.StartAsync(
                address,
                options.MetricsToken,
                manager,
                metrics,
                cancellationToken
            );
        }

        _running = RunAsync();
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        // The manager keeps its own grace period; the token only ends this wait.
        await _running.WaitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        manager.Dispose();
        metrics.Dispose();
        foreach (IDisposable disposable in owned)
        {
            disposable.Dispose();
        }

        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            await manager.RunAsync(_stop.Token);
            _completion.TrySetResult();
        }
        catch (Exception e)
        {
            // Border: the owner of this part learns of the failure through Completion.
            _completion.TrySetException(e);
        }
    }
}
