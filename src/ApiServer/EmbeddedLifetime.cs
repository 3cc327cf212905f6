using Microsoft.Extensions.Hosting;

namespace LlmOperator.ApiServer;

/// <summary>
/// Leaves signals to the process that embeds the server: the default lifetime of a host would take SIGTERM and
/// Ctrl-C for itself, stop the server before its clients, and keep the process from ending.
/// </summary>
internal sealed class EmbeddedLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
