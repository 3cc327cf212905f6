using System.Collections.Concurrent;
using LlmOperator.Api;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Caching;
using LlmOperator.Controllers.Ownership;
using LlmOperator.Controllers.Rbac;
using LlmOperator.Controllers.Reconciling;
using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.NodeAgent.Replicas;

/// <summary>Gives each replica of this node a supervisor, and takes it away after a clean stop.</summary>
[Rbac<ModelReplica>("get", "patch")]
internal sealed class ReplicaReconciler(ReplicaContext context, ILister<ModelReplica> replicas)
    : IReconciler<ModelReplica>,
        IReplicaGateway
{
    private static readonly TimeSpan s_lookAgain = TimeSpan.FromMilliseconds(200);
    private readonly ConcurrentDictionary<ObjectKey, ReplicaSupervisor> _supervisors = new();
    private readonly ConcurrentDictionary<ObjectKey, Task> _stopping = new();
    private readonly FinalizerGuard _finalizers = new(
        context.Client,
        WellKnown.ReplicaFinalizer,
        WellKnown.NodeAgentFieldManager
    );
    private readonly Lock _closing = new();
    private volatile bool _isClosed;
    private volatile bool _hasSettled;

    /// <summary>
    /// True once every replica that was here at the start is as it was: a rollout that goes on earlier would take a
    /// model's last loaded replica. Stays true. Ask when the caches have synced.
    /// </summary>
    public bool HasSettled =>
        _hasSettled
        || (
            _hasSettled = replicas
                .List()
                .Where(r => r.Spec.NodeName == context.Options.NodeName && !r.IsBeingDeleted)
                .All(r =>
                    _supervisors.TryGetValue(r.Key, out ReplicaSupervisor? supervisor)
                    && supervisor.State.IsSettled(r.Spec.Loading.Mode)
                )
        );

    public async Task<ReconcileResult> ReconcileAsync(
        ReconcileRequest request,
        CancellationToken cancellationToken
    )
    {
        ModelReplica? replica = replicas.Find(request.Key);
        if (replica is not null && replica.Spec.NodeName != context.Options.NodeName)
        {
            replica = null;
        }

        if (_isClosed)
        {
            return ReconcileResult.Finished;
        }

        bool isOther =
            _supervisors.TryGetValue(request.Key, out ReplicaSupervisor? running)
            && running.Uid != replica?.Metadata.Uid;
        if (replica is null || isOther)
        {
            return await StoppedAsync(request.Key)
                ? (replica is null ? ReconcileResult.Finished : ReconcileResult.After(s_lookAgain))
                : ReconcileResult.After(s_lookAgain);
        }

        switch (await _finalizers.EnsureAsync(replica, cancellationToken))
        {
            case FinalizerStep.Apply:
                Supervise(replica);
                return ReconcileResult.Finished;
            case FinalizerStep.Cleanup:
                if (!await StoppedAsync(request.Key))
                {
                    return ReconcileResult.After(s_lookAgain);
                }

                await _finalizers.RemoveAsync(replica, cancellationToken);
                return ReconcileResult.Finished;
            default:
                return ReconcileResult.Finished;
        }
    }

    public Task<RequestLease> AcquireAsync(ObjectKey replica, CancellationToken cancellationToken) =>
        _supervisors.TryGetValue(replica, out ReplicaSupervisor? supervisor)
            ? supervisor.AcquireAsync(cancellationToken)
            : Task.FromException<RequestLease>(
                new ReplicaUnavailableException(
                    ReplicaUnavailableKind.NotFound,
                    $"There is no replica {replica} on this node."
                )
            );

    /// <summary>Drains and stops all engines; the replicas stay.</summary>
    public async Task CloseAsync()
    {
        lock (_closing)
        {
            // From here on nobody begins: what would begin now would be stopped by nobody.
            _isClosed = true;
        }

        await Task.WhenAll(_supervisors.Values.Select(supervisor => supervisor.StopAsync()));
        await Task.WhenAll(_stopping.Values);
    }

    private void Supervise(ModelReplica replica)
    {
        if (_supervisors.TryGetValue(replica.Key, out ReplicaSupervisor? running))
        {
            running.Update(replica);
            return;
        }

        lock (_closing)
        {
            if (_isClosed)
            {
                return;
            }

            ReplicaSupervisor supervisor = new(context, replica);
            _supervisors[replica.Key] = supervisor;
            supervisor.Start();
        }
    }

    // A drain takes its time; the worker looks again instead of waiting for it.
    private async Task<bool> StoppedAsync(ObjectKey key)
    {
        if (_supervisors.TryGetValue(key, out ReplicaSupervisor? running))
        {
            Task stop = _stopping.GetOrAdd(key, _ => running.StopAsync());
            if (!stop.IsCompleted)
            {
                return false;
            }

            _supervisors.TryRemove(key, out _);
            _stopping.TryRemove(key, out _);
            await stop;
            running.Dispose();
        }

        context.Store.Pins.Remove(ReplicaFiles.PinOwner(key));
        context.Store.Pins.Remove(ReplicaFiles.NextPinOwner(key));
        return true;
    }
}
