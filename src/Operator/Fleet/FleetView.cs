using LlmOperator.Api.V1Alpha1;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Operator.Placement;
using LlmOperator.Operator.Replicas;

namespace LlmOperator.Operator.Fleet;

/// <summary>One look at the fleet: the objects, and what placement is asked about them.</summary>
internal sealed record FleetView
{
    /// <summary>What placement decides on.</summary>
    public required PlacementSnapshot Snapshot { get; init; }

    /// <summary>Models by the key that placement knows them by.</summary>
    public required IReadOnlyDictionary<string, ModelView> Models { get; init; }

    /// <summary>All nodes.</summary>
    public required IReadOnlyList<LlmNode> Nodes { get; init; }

    /// <summary>All replicas.</summary>
    public required IReadOnlyList<ModelReplica> Replicas { get; init; }

    /// <summary>When a node that is silent now will count as lost; null when none is.</summary>
    public TimeSpan? NextLoss { get; init; }

    /// <summary>Replicas by namespace and name.</summary>
    public required IReadOnlyDictionary<ObjectKey, ModelReplica> ByKey { get; init; }

    /// <summary>The replica of a model on a node, whoever controls it; null when there is none.</summary>
    public ModelReplica? ReplicaOf(ObjectKey model, string node) =>
        ByKey.GetValueOrDefault(new ObjectKey(model.Namespace, ReplicaNames.Of(model.Name, node)));
}
