using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Status;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Operator.LlmModels;
using LlmOperator.Operator.Placement;

namespace LlmOperator.Operator.Replicas;

/// <summary>
/// Ways of loading that ran out of memory on a node, or whose projection by the engine passed what was reserved. They
/// stand in the replica's spec, so that a restart of the operator does not begin the ladder anew. Pure.
/// </summary>
internal static class ExhaustedWays
{
    // The ladder has fewer rungs than this; the schema allows no more.
    private const int Most = 64;

    /// <summary>All that failed on the node of a replica, its present way included when it just failed.</summary>
    /// <param name="replica">The replica.</param>
    /// <param name="choices">The ways of its model by identity.</param>
    public static IReadOnlyList<string> Of(
        ModelReplica replica,
        IReadOnlyDictionary<string, LoadChoice> choices
    )
    {
        IReadOnlyList<string> before = replica.Spec.Exhausted ?? [];
        return RanOut(replica)
            ? [.. before.Append(KeyOf(replica, choices)).Distinct().TakeLast(Most)]
            : before;
    }

    /// <summary>True when the agent says of the present spec that its memory does not do.</summary>
    public static bool RanOut(ModelReplica replica) =>
        replica.Status?.Conditions.Find(ModelReplicaConditions.Loaded)
            is {
                Status: ConditionStatus.False,
                Reason: ModelReplicaConditions.OutOfMemory or ModelReplicaConditions.ReservationExceeded
            } loaded
        && loaded.ObservedGeneration == replica.Metadata.Generation;

    private static string KeyOf(ModelReplica replica, IReadOnlyDictionary<string, LoadChoice> choices)
    {
        string way = CandidateIds.Of(replica);
        int gpus = replica.Spec.Engine.Devices?.Count ?? 0;
        DeviceLayout layout =
            gpus == 0 ? DeviceLayout.Cpu
            : choices.TryGetValue(way, out LoadChoice? choice)
            && replica.Spec.Engine.GpuLayers < choice.Layers
                ? DeviceLayout.Partial
            : gpus == 1 ? DeviceLayout.Gpu
            : DeviceLayout.SeveralGpus;
        return Rung.KeyOf(way, layout);
    }
}
