using Microsoft.Extensions.Hosting;

namespace LlmOperator.Controllers.Hosting;

/// <summary>
/// Leaves the process's signals to the program: a web server inside of a part must not stop on its own, before the
/// parts that depend on it.
/// </summary>
public sealed class NoSignals : IHostLifetime
{
    /// <inheritdoc/>
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
