using LlmOperator.Api;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Artifacts;
using LlmOperator.Controllers.Ownership;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Operator.LlmModels;
using LlmOperator.Operator.Placement;

namespace LlmOperator.Operator.Replicas;

/// <summary>Writes replicas down as the API has them. Pure.</summary>
internal static class ReplicaSpecs
{
    /// <summary>The replica for an assignment that is new or loaded in another way.</summary>
    /// <param name="model">Its model.</param>
    /// <param name="choice">How it is loaded.</param>
    /// <param name="assignment">Where it lies.</param>
    /// <param name="present">The replica as it is; null when it is new.</param>
    /// <param name="seeders">Who goes to the origin for it; null when nobody is named.</param>
    public static ModelReplica For(
        LlmModel model,
        LoadChoice choice,
        PlacementAssignment assignment,
        ModelReplica? present,
        IReadOnlyList<string>? seeders = null
    ) =>
        Named(
            model,
            assignment.Node,
            new ModelReplicaSpec
            {
                ModelName = model.Metadata.Name!,
                NodeName = assignment.Node,
                Artifact = choice.Artifact,
                Seeders = seeders,
                Engine = EngineOf(model.Spec, choice, assignment),
                Loading = model.Spec.Loading,
                Reservations = [.. assignment.Claims.Select(Reservation)],
                Exhausted = assignment.Exhausted.Count == 0 ? null : assignment.Exhausted,
                Releasing = present is null ? null : [.. ClaimsOf(present).Select(Reservation)],
                Replacing = present is null ? null : Replaced(present, choice.Artifact),
            }
        );

    /// <summary>The replica for an assignment that stays: all that may change without a restart is brought up to date.</summary>
    public static ModelReplica Refreshed(
        LlmModel model,
        ModelReplica replica,
        IReadOnlyList<ModelArtifact> artifacts,
        IReadOnlyList<string>? seeders = null
    )
    {
        ModelArtifact present = replica.Spec.Artifact;
        ModelArtifact? known = artifacts.FirstOrDefault(a =>
            a.Variant == present.Variant
            && CandidateIds.TextOf(a.Source) == CandidateIds.TextOf(present.Source)
            && (present.Digest is null || a.Digest == present.Digest)
        );
        return Named(
            model,
            replica.Spec.NodeName,
            replica.Spec with
            {
                Artifact = present with
                {
                    Source = known?.Source ?? present.Source,
                    Digest = present.Digest ?? known?.Digest,
                    Files = present.Files ?? known?.Files,
                    ChatTemplateSha256 = TemplatePin.Renewed(model.Spec, replica),
                },
                // Who has the files already is not woken because somebody else seeds now.
                Seeders = seeders ?? replica.Spec.Seeders,
                Loading = WithoutMemory(model.Spec.Loading, replica.Spec.Loading),
                // What the last change let go of is free once the agent has taken that change.
                Releasing = IsTaken(replica) ? null : replica.Spec.Releasing,
                Replacing = IsTaken(replica) ? null : replica.Spec.Replacing,
            }
        );
    }

    /// <summary>True when the agent has taken the present spec: an engine of an earlier one runs no more.</summary>
    public static bool IsTaken(ModelReplica replica) =>
        replica.Status?.ObservedGeneration >= replica.Metadata.Generation;

    /// <summary>Claims that a replica holds: until the agent has taken a change, on each device the larger of both.</summary>
    public static IReadOnlyList<DeviceClaim> ClaimsOf(ModelReplica replica)
    {
        List<DeviceClaim> claims = [.. replica.Spec.Reservations.Select(Claim)];
        if (IsTaken(replica))
        {
            return claims;
        }

        foreach (DeviceClaim before in (replica.Spec.Releasing ?? []).Select(Claim))
        {
            int same = claims.FindIndex(c => c.Device == before.Device);
            if (same < 0)
            {
                claims.Add(before);
            }
            else if (claims[same].Terms.Total < before.Terms.Total)
            {
                claims[same] = before;
            }
        }

        return claims;
    }

    // What it answers with meanwhile: a later change does not make the agent have taken an earlier one.
    private static string? Replaced(ModelReplica present, ModelArtifact next)
    {
        string? before = IsTaken(present) ? present.Spec.Artifact.Digest : present.Spec.Replacing;
        return before != next.Digest && ArtifactVersions.AreOfOneSource(present.Spec.Artifact, next)
            ? before
            : null;
    }

    private static DeviceClaim Claim(DeviceReservation reservation) =>
        new(
            reservation.Device,
            new MemoryTerms(
                reservation.WeightsBytes,
                reservation.KvCacheBytes,
                reservation.ComputeBytes,
                reservation.OverheadBytes
            )
        );

    // How its bytes are held, and whether it holds any, is decided together with the bytes.
    private static ModelLoading WithoutMemory(ModelLoading wanted, ModelLoading present) =>
        wanted.Memory == present.Memory
        && wanted.Mode == LoadingMode.StoreOnly == (present.Mode == LoadingMode.StoreOnly)
            ? wanted
            : wanted with
            {
                Memory = present.Memory,
                Mode = present.Mode,
            };

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
            GpuLayers =
                assignment.Layout is not { Gpus.Count: > 0 } onGpus ? 0
                : onGpus.LayersPerGpu.Count > 0 ? onGpus.LayersPerGpu.Sum()
                : choice.Layers,
            Devices = assignment.Layout is { Gpus.Count: > 0 } layout ? layout.Gpus : null,
            LayersPerDevice = assignment.Layout is { Gpus.Count: > 1 } several ? several.LayersPerGpu : null,
            CpuExpertLayers = assignment.Layout?.CpuExpertLayers ?? 0,
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
