using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Reconciling;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Serialization;
using LlmOperator.Operator.Replicas;
using LlmOperator.Operator.Seeding;

namespace LlmOperator.Operator.Fleet;

/// <summary>
/// Which changes placement can answer. Nodes report readings and replicas report progress all the time; a plan of the
/// whole fleet for each of them would be the operator's main work. Pure.
/// </summary>
internal static class FleetChanges
{
    /// <summary>The status of a model matters for one thing: digests that were found at the first download.</summary>
    public static bool Matter(LlmModel? old, LlmModel? now) =>
        Predicates.IsNotStatusOnly(old, now) || !Digests(old).SequenceEqual(Digests(now));

    /// <summary>All that a node says, but for readings, and what is only derived from replicas.</summary>
    public static bool Matter(LlmNode? old, LlmNode? now) =>
        Predicates.IsNotStatusOnly(old, now)
        || !KubernetesJson.AreEqual(WithoutReadings(old?.Status), WithoutReadings(now?.Status))
        || NodeDisks.HasGrown(old, now)
        || NodeDisks.IsKnown(old) != NodeDisks.IsKnown(now)
        || !NodeViews.LearnedOn(old).ToHashSet().SetEquals(NodeViews.LearnedOn(now));

    /// <summary>Of a replica's status, whether it is healthy, and whether its memory did; of its metadata, what <see cref="FleetViews"/> reads.</summary>
    public static bool Matter(ModelReplica? old, ModelReplica? now)
    {
        if (old is null || now is null || ReferenceEquals(old, now))
        {
            return true;
        }

        ObjectMeta before = old.Metadata;
        ObjectMeta after = now.Metadata;
        return before.Uid != after.Uid
            || before.Generation != after.Generation
            || before.DeletionTimestamp != after.DeletionTimestamp
            || !(before.OwnerReferences ?? []).SequenceEqual(after.OwnerReferences ?? [])
            || FleetViews.IsHealthy(old) != FleetViews.IsHealthy(now)
            || SeederViews.HasFailed(old) != SeederViews.HasFailed(now)
            || ExhaustedWays.RanOut(old) != ExhaustedWays.RanOut(now)
            // What it let go of is free as soon as the agent has taken the change.
            || (now.Spec.Releasing is not null && ReplicaSpecs.IsTaken(old) != ReplicaSpecs.IsTaken(now));
    }

    private static IEnumerable<string?> Digests(LlmModel? model) =>
        model?.Status?.Artifacts.Select(a => a.Digest) ?? [];

    private static LlmNodeStatus WithoutReadings(LlmNodeStatus? status) =>
        (status ?? new LlmNodeStatus()) with
        {
            Conditions = [.. (status?.Conditions ?? []).Where(c => c.Type == LlmNodeConditions.Ready)],
            Devices =
            [
                .. (status?.Devices ?? []).Select(d =>
                    d with
                    {
                        UsedBytes = 0,
                        ReservedBytes = 0,
                        TemperatureCelsius = null,
                        UtilizationPercent = null,
                    }
                ),
            ],
            // Compared in steps.
            Disk = null,
            Fetching = null,
            // Every load is counted here; what placement takes from it is compared by itself.
            MemoryCorrections = null,
            Summary = null,
        };
}
