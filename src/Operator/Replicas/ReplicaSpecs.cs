using LlmOperator.Api;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Ownership;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Operator.LlmModels;
using LlmOperator.Operator.Placement;

namespace LlmOperator.Operator.Replicas;

/// <summary>Writes replicas down as the API has them. Pure.</summary>
internal static class ReplicaSpecs
{
    /// <summary>The replica for an assignment that is new or loaded in another way.</summary>
    public static ModelReplica For(LlmModel model, LoadChoice choice, PlacementAssignment assignment) =>
        Named(
            model,
            assignment.Node,
            new ModelReplicaSpec
            {
                ModelName = model.Metadata.Name!,
                NodeName = assignment.Node,
                Artifact = choice.Artifact,
                Engine = EngineOf(model.Spec, choice, assignment),
                Loading = model.Spec.Loading,
                Reservations = [.. assignment.Claims.Select(Reservation)],
            }
        );

    /// <summary>The replica for an assignment that stays: all that may change without a restart is brought up to date.</summary>
    public static ModelReplica Refreshed(
        LlmModel model,
        ModelReplica replica,
        IReadOnlyList<ModelArtifact> artifacts
    )
    {
        ModelArtifact present = replica.Spec.Artifact;
        string? digest = artifacts
            .FirstOrDefault(a =>
                a.Variant == present.Variant
                && CandidateIds.TextOf(a.Source) == CandidateIds.TextOf(present.Source)
            )
            ?.Digest;
        return Named(
            model,
            replica.Spec.NodeName,
            replica.Spec with
            {
                Artifact = present.Digest is null ? present with { Digest = digest } : present,
                Loading = model.Spec.Loading,
            }
        );
    }

    /// <summary>Claims that a replica holds.</summary>
    public static IReadOnlyList<DeviceClaim> ClaimsOf(ModelReplica replica) =>
        [
            .. replica.Spec.Reservations.Select(r => new DeviceClaim(
                r.Device,
                new MemoryTerms(r.WeightsBytes, r.KvCacheBytes, r.ComputeBytes, r.OverheadBytes)
            )),
        ];

    private static ModelReplica Named(LlmModel model, string node, ModelReplicaSpec spec) =>
        new()
        {
            Metadata = new ObjectMeta
            {
                Name = ReplicaNames.Of(model.Metadata.Name!, node),
                Namespace = model.Metadata.Namespace,
                Labels = new Dictionary<string, string>
                {
                    [WellKnown.ManagedByLabel] = WellKnown.ManagedByOperator,
                    [WellKnown.ModelLabel] = model.Metadata.Name!,
                    [WellKnown.NodeLabel] = node,
                },
                OwnerReferences = [OwnerReferences.ControllerOf(model)],
            },
            Spec = spec,
        };

    private static ReplicaEngine EngineOf(
        LlmModelSpec spec,
        LoadChoice choice,
        PlacementAssignment assignment
    ) =>
        new()
        {
            Kind = spec.Engine.Kind,
            ContextLength = choice.ContextLength,
            ParallelSequences = spec.ParallelSequences,
            KvCacheType = choice.KvCacheType,
            GpuLayers = assignment.IsOnGpu ? choice.Layers : 0,
            Devices = assignment.IsOnGpu ? [assignment.Claims[0].Device] : null,
            Arguments = spec.Engine.Arguments,
        };

    private static DeviceReservation Reservation(DeviceClaim claim) =>
        new()
        {
            Device = claim.Device,
            WeightsBytes = claim.Terms.Weights,
            KvCacheBytes = claim.Terms.KvCache,
            ComputeBytes = claim.Terms.Compute,
            OverheadBytes = claim.Terms.Overhead,
            TotalBytes = claim.Terms.Total,
        };
}
