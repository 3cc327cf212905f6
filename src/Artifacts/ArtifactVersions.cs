using LlmOperator.Api.V1Alpha1;
using LlmOperator.Kubernetes.Serialization;

namespace LlmOperator.Artifacts;

/// <summary>Whether two artifacts, or two sources, are the same. Pure.</summary>
public static class ArtifactVersions
{
    /// <summary>False when both are known to be other bytes; what is not known yet counts as the same.</summary>
    public static bool AreSame(ModelArtifact left, ModelArtifact right) =>
        left.Digest is null
        || right.Digest is null
        || (
            left.Digest == right.Digest
            && (left.Files is not { } a || right.Files is not { } b || Key(a) == Key(b))
        );

    /// <summary>True when both are what one source means, be it at different times.</summary>
    public static bool AreOfOneSource(ModelArtifact left, ModelArtifact right) =>
        left.Variant == right.Variant
        && KubernetesJson.AreEqual(Identity(left.Source), Identity(right.Source));

    /// <summary>
    /// A source without what only says where and when it is looked for: a change of that changes no bytes.
    /// </summary>
    public static ModelSource Identity(ModelSource source) =>
        source with
        {
            Refresh = null,
            RefreshInterval = null,
            Mirrors = null,
        };

    private static string Key(IReadOnlyList<ArtifactFile> files) =>
        string.Join('\n', files.Select(file => $"{file.Role} {file.Digest}"));
}
