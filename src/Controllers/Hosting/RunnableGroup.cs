using Microsoft.Extensions.Logging;

namespace LlmOperator.Controllers.Hosting;

/// <summary>Runnables that start and stop together. The first that fails ends the manager.</summary>
internal sealed partial class RunnableGroup(string name, Action<Exception> onFailed, ILogger logger)
    : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly List<Task> _tasks = [];

    public void Start(IRunnable runnable)
    {
        lock (_lock)
        {
            if (!_stop.IsCancellationRequested)
            {
                _tasks.Add(RunAsync(runnable));
            }
        }
    }

    /// <summary>Stops all and waits until they have ended, or the token is cancelled.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        Task[] tasks;
        lock (_lock)
        {
            tasks = [.. _tasks];
        }

        await _stop.CancelAsync();
        try
        {
            await Task.WhenAll(tasks).WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            LogNotStopped(name);
        }
    }

    public void Dispose() => _stop.Dispose();

    private async Task RunAsync(IRunnable runnable)
    {
        try
        {
            await runnable.RunAsync(_stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Stopped.
        }
        catch (Exception e)
        {
            // Border: the manager ends, and says why.
            LogFailed(e, runnable.Name);
            onFailed(e);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Runnable} failed; stopping")]
    private partial void LogFailed(Exception exception, string runnable);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The {Group} did not stop within the grace period")]
    private partial void LogNotStopped(string group);
}
