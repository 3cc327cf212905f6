using LlmOperator.Api.V1Alpha1;
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
        && (
            before.Artifact.Files is not { } old
            || after.Artifact.Files is not { } present
            || KubernetesJson.AreEqual(old, present)
        )
        && KubernetesJson.AreEqual(Comparable(before), Comparable(after));

    private static ModelReplicaSpec Comparable(ModelReplicaSpec spec) =>
        spec with
        {
            Artifact = spec.Artifact with { Digest = null, Files = null },
            Loading = new ModelLoading { Mode = spec.Loading.Mode, Memory = spec.Loading.Memory },
            Seeders = null,
            Releasing = null,
            Exhausted = null,
        };
}
