using Microsoft.Extensions.Hosting;

namespace LlmOperator.NodeAgent.Serving;

/// <summary>Leaves the process's signals to the program: a web server inside of it must not stop on its own.</summary>
internal sealed class NoSignals : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
