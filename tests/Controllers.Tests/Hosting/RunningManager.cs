using LlmOperator.Controllers.Hosting;

namespace LlmOperator.Controllers.Tests.Hosting;

/// <summary>A manager that runs until disposed; disposing fails when the manager failed.</summary>
internal sealed class RunningManager : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();

    public RunningManager(ControllerManager manager) => Run = manager.RunAsync(_stop.Token);

    public Task Run { get; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Run;
        _stop.Dispose();
    }
}
