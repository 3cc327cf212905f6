using LlmOperator.Api.V1Alpha1;
using LlmOperator.Artifacts;
using LlmOperator.Operator.Replicas;

namespace LlmOperator.Operator.LlmModels;

/// <summary>What a model's sources resolved to before: it holds as long as the spec names the same source.</summary>
internal static class KnownArtifacts
{
    /// <summary>The recorded artifact of a variant, or null.</summary>
    public static ModelArtifact? Find(LlmModel model, SourceVariant variant) =>
        model.Status?.Artifacts.FirstOrDefault(a =>
            a.Variant == variant.Name && CandidateIds.TextOf(a.Source) == CandidateIds.TextOf(variant.Source)
        );

    /// <summary>
    /// Artifacts as the status should have them: those of the inspection, with digests that the status knows already
    /// or that a node found at the first download.
    /// </summary>
    public static IReadOnlyList<ModelArtifact> Merge(
        LlmModel model,
        IEnumerable<ModelArtifact> inspected,
        IReadOnlyList<ModelReplica> replicas
    ) =>
        [
            .. inspected.Select(artifact =>
                artifact.Digest is null
                && (
                    Find(model, new SourceVariant(artifact.Variant, artifact.Source))?.Digest
                    ?? FirstStored(artifact, replicas)
                )
                    is { } digest
                    ? WithDigest(artifact, digest)
                    : artifact
            ),
        ];

    // What a node reads where it lies is no download: nothing is to be found by its digest.
    private static ModelArtifact WithDigest(ModelArtifact artifact, string digest) =>
        artifact with
        {
            Digest = digest,
            Files = artifact.Source.Http is null ? null : ArtifactFiles.OfSingle(digest, artifact.SizeBytes),
        };

    // The first node that verified a download decides; by name, so that every look gives the same answer.
    private static string? FirstStored(ModelArtifact artifact, IReadOnlyList<ModelReplica> replicas) =>
        replicas
            .Where(r =>
                r.Spec.Artifact.Variant == artifact.Variant
                && CandidateIds.TextOf(r.Spec.Artifact.Source) == CandidateIds.TextOf(artifact.Source)
            )
            .OrderBy(r => r.Metadata.CreationTimestamp)
            .ThenBy(r => r.Metadata.Name, StringComparer.Ordinal)
            .Select(r => r.Status?.Digest)
            .FirstOrDefault(d => d is not null);
}
