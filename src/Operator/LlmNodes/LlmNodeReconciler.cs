using LlmOperator.Api;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Caching;
using LlmOperator.Controllers.Events;
using LlmOperator.Controllers.Rbac;
using LlmOperator.Controllers.Reconciling;
using LlmOperator.Controllers.Status;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Models;
using LlmOperator.Kubernetes.Patching;

namespace LlmOperator.Operator.LlmNodes;

/// <summary>
/// Notices silent agents: when a node's heartbeat runs out, the node and its replicas are no longer known to be ready.
/// The agent itself takes the conditions back when it returns.
/// </summary>
[Rbac<LlmNode>("patch", Subresource = "status")]
[Rbac<ModelReplica>("patch", Subresource = "status")]
internal sealed class LlmNodeReconciler(
    ILister<LlmNode> nodes,
    ILister<Lease> leases,
    ILister<ModelReplica> replicas,
    HeartbeatWatch heartbeats,
    NodeZones zones,
    IKubernetesClient client,
    IEventRecorder events,
    OperatorOptions options,
    TimeProvider time
) : IReconciler<LlmNode>
{
    private static readonly PatchOptions s_options = new()
    {
        FieldManager = WellKnown.OperatorFieldManager,
        Subresource = "status",
    };

    public async Task<ReconcileResult> ReconcileAsync(
        ReconcileRequest request,
        CancellationToken cancellationToken
    )
    {
        if (nodes.Find(request.Key) is not { } node)
        {
            heartbeats.Forget(request.Key.Name);
            zones.Forget(request.Key.Name);
            return ReconcileResult.Finished;
        }

        ReconcileResult result = await JudgeAsync(node, cancellationToken);
        // Last: whether a node is there must not wait for its zone.
        await zones.CopyAsync(node, cancellationToken);
        return result;
    }

    private async Task<ReconcileResult> JudgeAsync(LlmNode node, CancellationToken cancellationToken)
    {
        string name = node.Metadata.Name!;
        Lease? lease = leases.Find(new ObjectKey(options.LeaseNamespace, name));
        Condition? ready = node.Status?.Conditions.Find(LlmNodeConditions.Ready);
        if (ready is null || (ready.Reason == ConditionReason.Pending && lease is null))
        {
            // Nobody has reported yet (people may declare a node before its agent runs): there is nothing to lose.
            await MarkPendingAsync(node, cancellationToken);
            return ReconcileResult.Finished;
        }

        TimeSpan remaining = heartbeats.Remaining(name, lease);
        if (remaining > TimeSpan.Zero)
        {
            return ReconcileResult.After(remaining);
        }

        // Also a node whose agent was stopped in order: after the same time its replicas are placed elsewhere.
        await MarkNodeAsync(node, cancellationToken);
        foreach (ModelReplica replica in replicas.ByIndex(OperatorIndexes.ReplicasByNode, name))
        {
            await MarkReplicaAsync(replica, cancellationToken);
        }

        return ReconcileResult.Finished;
    }

    // Without any condition the object would pass for ready in the eyes of GitOps tools.
    private async Task MarkPendingAsync(LlmNode node, CancellationToken cancellationToken)
    {
        Patch.Merge? patch = LostConditions.Patch(
            node,
            node.Status?.Conditions,
            LlmNodeConditions.Ready,
            ConditionReason.Pending,
            "No node agent of this name has reported yet; start it, or delete the LlmNode.",
            time.GetUtcNow()
        );
        if (patch is not null)
        {
            await client.PatchAsync<LlmNode>(node.Key, patch, s_options, cancellationToken);
        }
    }

    private async Task MarkNodeAsync(LlmNode node, CancellationToken cancellationToken)
    {
        const string Message =
            "The node agent has not renewed its lease; start it again, or delete the LlmNode when the machine is gone.";
        Patch.Merge? patch = LostConditions.Patch(
            node,
            node.Status?.Conditions,
            LlmNodeConditions.Ready,
            LlmNodeConditions.AgentLost,
            Message,
            time.GetUtcNow()
        );
        if (patch is not null)
        {
            await client.PatchAsync<LlmNode>(node.Key, patch, s_options, cancellationToken);
            events.Record(
                node,
                EventType.Warning,
                LlmNodeEvents.AgentLost,
                LlmNodeEvents.WatchAction,
                Message
            );
        }
    }

    private async Task MarkReplicaAsync(ModelReplica replica, CancellationToken cancellationToken)
    {
        Patch.Merge? patch = replica.Status is null
            ? null
            : LostConditions.Patch(
                replica,
                replica.Status.Conditions,
                ModelReplicaConditions.Ready,
                ModelReplicaConditions.AgentLost,
                $"The agent of node {replica.Spec.NodeName} has not been heard of.",
                time.GetUtcNow()
            );
        if (patch is not null)
        {
            await client.PatchAsync<ModelReplica>(replica.Key, patch, s_options, cancellationToken);
        }
    }
}
