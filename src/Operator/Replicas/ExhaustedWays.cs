using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Status;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Operator.Placement;

namespace LlmOperator.Operator.Replicas;

/// <summary>
/// Ways of loading that ran out of memory on a node, whose projection by the engine passed what was reserved, or at which
/// the engine aborted. They stand in the replica's spec, so that a restart of the operator does not begin the ladder anew. Pure.
/// </summary>
internal static class ExhaustedWays
{
    // The ladder has fewer rungs than this; the schema allows no more.
    private const int Most = 64;

    /// <summary>All that failed on the node of a replica, its present way included when it just failed.</summary>
    /// <param name="replica">The replica.</param>
    /// <param name="layout">Where its layers are.</param>
    public static IReadOnlyList<string> Of(ModelReplica replica, DeviceLayout layout)
    {
        IReadOnlyList<string> before = replica.Spec.Exhausted ?? [];
        return RanOut(replica)
            ? [.. before.Append(Rung.KeyOf(CandidateIds.Of(replica), layout)).Distinct().TakeLast(Most)]
            : before;
    }

    /// <summary>True when the agent says of the present spec that this way of loading does not do.</summary>
    public static bool RanOut(ModelReplica replica) =>
        FailedFor(replica)
            is ModelReplicaConditions.OutOfMemory
                or ModelReplicaConditions.ReservationExceeded
                or ModelReplicaConditions.EngineCheckFailed;

    /// <summary>True when the engine aborted at a check of its own in the present way of loading.</summary>
    public static bool Aborted(ModelReplica replica) =>
        FailedFor(replica) == ModelReplicaConditions.EngineCheckFailed;

    /// <summary>
    /// Bytes by device that the engine projected for the present spec, where that passed what is reserved; null
    /// otherwise.
    /// </summary>
    public static IReadOnlyDictionary<string, long>? Projected(ModelReplica replica) =>
        FailedFor(replica) == ModelReplicaConditions.ReservationExceeded
            ? (replica.Status?.Memory?.Devices ?? [])
                .Where(d => d.Projected is not null)
                .DistinctBy(d => d.Device)
                .ToDictionary(d => d.Device, d => d.Projected!.Value)
            : null;

    private static string? FailedFor(ModelReplica replica) =>
        replica.Status?.Conditions.Find(ModelReplicaConditions.Loaded)
            is { Status: ConditionStatus.False } loaded
        && loaded.ObservedGeneration == replica.Metadata.Generation
            ? loaded.Reason
            : null;
}
