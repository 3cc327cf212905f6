using LlmOperator.Api.V1Alpha1;
using LlmOperator.Models.Sources;
using ApiSource = LlmOperator.Api.V1Alpha1.ModelSource;
using ModelSource = LlmOperator.Models.Sources.ModelSource;

namespace LlmOperator.Artifacts;

/// <summary>The places of a model in the order in which they are asked: the source, then its mirrors. Pure.</summary>
public static class ArtifactOrigins
{
    /// <summary>Where the files of an artifact are; those that are pinned are asked for by digest everywhere.</summary>
    /// <exception cref="ModelSourceException">The artifact is not sound; says what is wrong.</exception>
    public static IReadOnlyList<ArtifactOrigin> Of(ModelArtifact artifact)
    {
        ModelSource source = ArtifactFiles.SourceOf(artifact);
        return
        [
            new ArtifactOrigin(artifact.Source, source, IsMirror: false),
            .. MirrorsOf(artifact.Source).Select(mirror => OfMirror(mirror, source as PinnedSource)),
        ];
    }

    /// <summary>
    /// Where a name can be resolved for the first time. A mirror stands in for the source only where both speak the
    /// registry protocol, in which one digest finds a file everywhere.
    /// </summary>
    /// <exception cref="ModelSourceException">A field cannot be understood; names it.</exception>
    public static IReadOnlyList<ArtifactOrigin> ToResolve(ApiSource source) =>
        [
            new ArtifactOrigin(source, SourceMapping.ToResolvable(source, null), IsMirror: false),
            .. MirrorsOf(source)
                .Where(mirror => IsRegistry(source) && IsRegistry(mirror))
                .Select(mirror => OfMirror(mirror, null)),
        ];

    private static IEnumerable<ApiSource> MirrorsOf(ApiSource source) =>
        (source.Mirrors ?? []).Select(mirror => new ApiSource
        {
            Ollama = mirror.Ollama,
            Oci = mirror.Oci,
            HuggingFace = mirror.HuggingFace,
            Http = mirror.Http,
        });

    private static bool IsRegistry(ApiSource source) => source.Ollama is not null || source.Oci is not null;

    private static ArtifactOrigin OfMirror(ApiSource mirror, PinnedSource? pinned)
    {
        ModelSource named = SourceMapping.ToResolvable(mirror, null);
        if (pinned is null)
        {
            return new ArtifactOrigin(mirror, named, IsMirror: true);
        }

        (IReadOnlyList<PinnedFile> files, string revision) = named switch
        {
            // The mirror's own path and branch: the digest tells whether it is the same file.
            HuggingFaceSource hub => (
                [
                    .. pinned.Files.Select(file =>
                        pinned.Files.Count == 1 && hub.File is { } path ? file with { Path = path } : file
                    ),
                ],
                hub.Revision
            ),
            HttpSource => ([.. pinned.Files.Where(file => file.Role == ResolvedFileRole.Weights)], ""),
            _ => (pinned.Files, pinned.Revision),
        };
        return new ArtifactOrigin(
            mirror,
            PinnedSource.CanPin(named, files, revision) ? new PinnedSource(named, files, revision) : named,
            IsMirror: true
        );
    }
}
