using LlmOperator.Api.V1Alpha1;
using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Cli.Distribution;

/// <summary>How far the nodes of a distribution are, from the objects. Pure.</summary>
internal static class DistributionProgress
{
    /// <summary>One entry a node, by name.</summary>
    /// <param name="model">The object that says where the model shall be stored.</param>
    /// <param name="nodes">All nodes.</param>
    /// <param name="replicas">Replicas of the model.</param>
    public static IReadOnlyList<NodeProgress> Of(
        LlmModel model,
        IReadOnlyList<LlmNode> nodes,
        IReadOnlyList<ModelReplica> replicas
    ) =>
        [
            .. (model.Spec.Placement.Nodes ?? nodes.Select(node => node.Metadata.Name!))
                .Union(replicas.Select(replica => replica.Spec.NodeName), StringComparer.Ordinal)
                .Order(StringComparer.Ordinal)
                .Select(node =>
                    Of(
                        node,
                        model,
                        nodes.FirstOrDefault(n => n.Metadata.Name == node),
                        replicas.FirstOrDefault(r => r.Spec.NodeName == node)
                    )
                ),
        ];

    private static NodeProgress Of(string name, LlmModel model, LlmNode? node, ModelReplica? replica)
    {
        if (replica is null)
        {
            Condition? accepted = Find(model.Status?.Conditions, LlmModelConditions.Accepted);
            bool isRefused =
                accepted?.Status == ConditionStatus.False
                && Find(model.Status?.Conditions, LlmModelConditions.Stalled)?.Status == ConditionStatus.True;
            return new NodeProgress
            {
                Node = name,
                State = node is null || isRefused ? NodeProgressState.Failed : NodeProgressState.Pending,
                Error =
                    node is null ? "there is no such node; see llmop get llmnodes"
                    : accepted?.Status == ConditionStatus.False ? accepted.Message
                    : Find(node.Status?.Conditions, LlmNodeConditions.Ready)
                        is { Status: not ConditionStatus.True } ready
                        ? $"the node is not ready: {ready.Message}"
                    : model.Status?.Refusals?.FirstOrDefault(refusal => refusal.Node == name)?.Message ?? "",
            };
        }

        ModelReplicaStatus? status = replica.Status;
        Condition? stored = Find(status?.Conditions, ModelReplicaConditions.Stored);
        bool isStalled =
            Find(status?.Conditions, ModelReplicaConditions.Stalled)?.Status == ConditionStatus.True;
        NodeProgressState state =
            stored?.Status == ConditionStatus.True ? NodeProgressState.Done
            : isStalled || status?.Pull?.State == PullState.Failed ? NodeProgressState.Failed
            : status?.Pull?.State is PullState.Pulling or PullState.Verifying ? NodeProgressState.Running
            : NodeProgressState.Pending;
        return new NodeProgress
        {
            Node = name,
            State = state,
            Pull = status?.Pull,
            Error =
                state == NodeProgressState.Done
                    ? ""
                    : status?.Pull?.Error
                        ?? (
                            stored is { Reason: not ModelReplicaConditions.Pulling } other
                                ? other.Message
                                : ""
                        ),
        };
    }

    private static Condition? Find(IReadOnlyList<Condition>? conditions, string type) =>
        conditions?.FirstOrDefault(condition => condition.Type == type);
}
