using LlmOperator.Api.V1Alpha1;
using Microsoft.Extensions.Logging;

namespace LlmOperator.NodeAgent.Replicas;

/// <summary>
/// Fetches the files of a changed replica while its engine still answers with those that it has, so that it changes over
/// only when they are stored. One change at a time: the latest. Thread-safe.
/// </summary>
internal sealed partial class FilesAhead(ReplicaContext context, ReplicaFiles files) : IDisposable
{
    private readonly ILogger _logger = context.Loggers.CreateLogger<FilesAhead>();
    private readonly Lock _lock = new();
    private CancellationTokenSource _cancel = new();
    private Task _work = Task.CompletedTask;

    /// <summary>Fetches, and calls back when the files are stored; what was fetched before is left.</summary>
    public void Start(ModelReplica replica, Action onStored)
    {
        Cancel();
        lock (_lock)
        {
            (Task before, CancellationToken token) = (_work, _cancel.Token);
            _work = Task.Run(() => RunAsync(before, replica, onStored, token), CancellationToken.None);
        }
    }

    /// <summary>Nothing is wanted ahead any more.</summary>
    public void Cancel()
    {
        lock (_lock)
        {
            _cancel.Cancel();
            _cancel.Dispose();
            _cancel = new CancellationTokenSource();
        }
    }

    /// <summary>Ends the work; completes when it has ended.</summary>
    public Task StopAsync()
    {
        Cancel();
        lock (_lock)
        {
            return _work;
        }
    }

    public void Dispose() => _cancel.Dispose();

    private async Task RunAsync(
        Task before,
        ModelReplica replica,
        Action onStored,
        CancellationToken cancellationToken
    )
    {
        await before;
        try
        {
            await PatientFetch.RunAsync(
                context,
                replica,
                token => files.GetAheadAsync(replica, token),
                _ => { },
                cancellationToken
            );
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return;
        }
        catch (Exception error)
        {
            // The border of a task of its own: the change is taken as if there had been nothing to fetch ahead.
            LogBroken(replica.Key.ToString(), error);
        }

        if (!cancellationToken.IsCancellationRequested)
        {
            onStored();
        }
    }

    [LoggerMessage(LogLevel.Error, "Fetching the files of {Replica} ahead of its change failed.")]
    private partial void LogBroken(string replica, Exception error);
}
