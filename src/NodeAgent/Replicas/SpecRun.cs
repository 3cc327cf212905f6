using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Events;
using LlmOperator.NodeAgent.Store;
using Microsoft.Extensions.Logging;

namespace LlmOperator.NodeAgent.Replicas;

/// <summary>Works on one version of a replica's spec: stores the files, and keeps the engine as the loading mode says.</summary>
internal sealed partial class SpecRun(
    ReplicaContext context,
    ReplicaBoard board,
    ReplicaFiles files,
    EngineRun engine,
    ReplicaDemand demand
)
{
    private static readonly TimeSpan s_storedCheckInterval = TimeSpan.FromSeconds(30);
    private readonly ILogger _logger = context.Loggers.CreateLogger<SpecRun>();

    /// <summary>Ends by the token only.</summary>
    public async Task RunAsync(ModelReplica replica, CancellationToken cancellationToken)
    {
        StoredModelFiles? stored = LaunchPlan.NeedsFiles(replica.Spec.Engine.Kind)
            ? await StoreAsync(replica, cancellationToken)
            : null;
        board.Post(new ReplicaEvent.FilesStored(stored?.Digest.ToString(), board.State.Pull));
        RestartBackoff backoff = new();
        while (true)
        {
            if (replica.Spec.Loading.Mode == LoadingMode.StoreOnly)
            {
                await Task.Delay(s_storedCheckInterval, context.Time, cancellationToken);
            }
            else if (replica.Spec.Loading.Mode == LoadingMode.OnDemand)
            {
                await demand.WaitAsync(cancellationToken);
            }

            if (stored is not null && !context.Store.StillHolds(stored))
            {
                stored = await StoreAgainAsync(replica, cancellationToken);
            }

            if (replica.Spec.Loading.Mode == LoadingMode.StoreOnly)
            {
                continue;
            }

            long started = context.Time.GetTimestamp();
            if (await engine.RunAsync(replica, stored, cancellationToken))
            {
                // Asked for by idleness: the next request loads it again.
                continue;
            }

            TimeSpan delay = backoff.Next(context.Time.GetElapsedTime(started));
            LogRestart(replica.Key.ToString(), delay);
            await Task.Delay(delay, context.Time, cancellationToken);
        }
    }

    private async Task<StoredModelFiles> StoreAgainAsync(
        ModelReplica replica,
        CancellationToken cancellationToken
    )
    {
        board.Post(new ReplicaEvent.FilesChanged());
        context.Events.Record(
            replica,
            EventType.Warning,
            "FilesChanged",
            "Pull",
            "A file of the model has changed or is gone where it lay; it is fetched again."
        );
        StoredModelFiles stored = await StoreAsync(replica, cancellationToken);
        board.Post(new ReplicaEvent.FilesStored(stored.Digest.ToString(), board.State.Pull));
        return stored;
    }

    private async Task<StoredModelFiles> StoreAsync(ModelReplica replica, CancellationToken cancellationToken)
    {
        StoredModelFiles stored = await PatientFetch.RunAsync(
            context,
            replica,
            token => files.GetAsync(replica, token),
            failure => board.Post(new ReplicaEvent.Failed(failure)),
            cancellationToken
        );
        context.Events.Record(
            replica,
            EventType.Normal,
            "Stored",
            "Pull",
            $"{stored.Name} is stored and verified."
        );
        return stored;
    }

    [LoggerMessage(LogLevel.Information, "Replica {Replica}: the engine is started again after {Delay}.")]
    private partial void LogRestart(string replica, TimeSpan delay);
}
