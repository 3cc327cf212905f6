using LlmOperator.Api.V1Alpha1;
using LlmOperator.Artifacts;
using LlmOperator.Kubernetes.Serialization;

namespace LlmOperator.NodeAgent.Replicas;

/// <summary>What a change of a replica's spec means for its engine.</summary>
internal static class SpecChange
{
    /// <summary>
    /// True when the engine runs on: only the idle time-out is another, or the operator wrote down the digest that this
    /// replica itself found at its download and the file of that digest, or who seeds is another, or what was held before
    /// is released.
    /// </summary>
    public static bool KeepsEngine(ModelReplicaSpec before, ModelReplicaSpec after, string? storedDigest) =>
        (before.Artifact.Digest ?? storedDigest) == (after.Artifact.Digest ?? storedDigest)
        && ArtifactVersions.AreSame(before.Artifact, after.Artifact)
        && KubernetesJson.AreEqual(Comparable(before), Comparable(after));

    /// <summary>True when other files are to be pulled.</summary>
    public static bool BringsFiles(ModelReplicaSpec before, ModelReplicaSpec after) =>
        LaunchPlan.NeedsFiles(after.Engine.Kind)
        && (
            !ArtifactVersions.AreSame(before.Artifact, after.Artifact)
            || !KubernetesJson.AreEqual(
                ArtifactVersions.Identity(before.Artifact.Source),
                ArtifactVersions.Identity(after.Artifact.Source)
            )
        );

    /// <summary>
    /// True when requests are answered with the files that are there: by an engine in memory, or by one that the next
    /// request loads. It goes on until the files of a change are stored.
    /// </summary>
    public static bool Answers(ModelReplicaSpec taken, ReplicaState state) =>
        taken.Loading.Mode != LoadingMode.StoreOnly
        && state is { IsStored: true, Failure: null, IsStopping: false };

    private static ModelReplicaSpec Comparable(ModelReplicaSpec spec) =>
        spec with
        {
            Artifact = spec.Artifact with
            {
                Source = ArtifactVersions.Identity(spec.Artifact.Source),
                Digest = null,
                Files = null,
                ResolvedAt = null,
            },
            Loading = spec.Loading with { IdleTimeout = new ModelLoading().IdleTimeout },
            Seeders = null,
            Releasing = null,
            Replacing = null,
            Exhausted = null,
        };
}
