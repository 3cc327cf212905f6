using System.Security.Cryptography;
using System.Text;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Artifacts;
using LlmOperator.Kubernetes.Serialization;
using LlmOperator.Operator.LlmModels;

namespace LlmOperator.Operator.Replicas;

/// <summary>
/// Identity of a way to load a model, computed alike from a wish and from a replica that exists. Two equal identities
/// need no restart. The digest is not part of it: it may become known only after the first download.
/// </summary>
internal static class CandidateIds
{
    /// <summary>Identity of a way to load a variant.</summary>
    public static string Of(
        ModelArtifact artifact,
        int contextLength,
        int parallelSequences,
        KvCacheType kvCacheType,
        EngineSettings engine,
        LoadingMode mode
    ) =>
        string.Join(
            '/',
            artifact.Variant,
            contextLength,
            kvCacheType,
            parallelSequences,
            // What is only stored holds no bytes, and is no way to load.
            mode == LoadingMode.StoreOnly
                ? "stored"
                : "",
            Hash(
                $"{TextOf(artifact.Source)}\n{engine.Kind}\n"
                    + string.Join('\n', (engine.Arguments ?? []).Select(a => $"{a.Name}={a.Value}"))
            )
        );

    /// <summary>Identity of the way in which a replica is loaded.</summary>
    public static string Of(ModelReplica replica) =>
        Of(
            replica.Spec.Artifact,
            replica.Spec.Engine.ContextLength,
            replica.Spec.Engine.ParallelSequences,
            replica.Spec.Engine.KvCacheType,
            new EngineSettings { Kind = replica.Spec.Engine.Kind, Arguments = replica.Spec.Engine.Arguments },
            replica.Spec.Loading.Mode
        );

    /// <summary>
    /// Identity of the way in which a replica is loaded; another one than every wish's when the source has other bytes by
    /// now.
    /// </summary>
    public static string Of(ModelReplica replica, IEnumerable<LoadChoice> choices)
    {
        string id = Of(replica);
        ModelArtifact present = replica.Spec.Artifact;
        bool isOther = choices.Any(c =>
            c.Candidate.Id == id && !ArtifactVersions.AreSame(c.Artifact, present)
        );
        return isOther ? $"{id}@{present.Digest}" : id;
    }

    /// <summary>A source as text; equal for equal sources, wherever else and whenever they are looked for.</summary>
    public static string TextOf(ModelSource source) =>
        KubernetesJson.ToText(ArtifactVersions.Identity(source));

    private static string Hash(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..10];
}
