using LlmOperator.Api.V1Alpha1;
using LlmOperator.Models.Sources;
using ModelSource = LlmOperator.Models.Sources.ModelSource;

namespace LlmOperator.Artifacts;

/// <summary>The files of an artifact: as they are written down, and as they are read again. Pure.</summary>
public static class ArtifactFiles
{
    /// <summary>What to write down of a resolved model; null when it cannot be found again without its name.</summary>
    /// <param name="source">What was resolved.</param>
    /// <param name="model">What it was resolved to.</param>
    public static IReadOnlyList<ArtifactFile>? Of(ModelSource source, ResolvedModel model)
    {
        if (model.Files.Any(file => file.Digest is null))
        {
            return null;
        }

        List<PinnedFile> files =
        [
            .. model.Files.Select(file => new PinnedFile(
                file.Role,
                file.Digest!.Value,
                file.SizeBytes,
                file.Path
            )),
        ];
        return PinnedSource.CanPin(source, files, model.Revision) ? [.. files.Select(Write)] : null;
    }

    /// <summary>What to write down when the only file's digest became known later.</summary>
    /// <param name="digest">Digest as the first download found it.</param>
    /// <param name="sizeBytes">Number of its bytes.</param>
    public static IReadOnlyList<ArtifactFile> OfSingle(string digest, long sizeBytes) =>
        [
            new ArtifactFile
            {
                Role = ArtifactFileRole.Weights,
                Digest = digest,
                SizeBytes = sizeBytes,
            },
        ];

    /// <summary>
    /// The artifact's source: pinned to its files where it lists them, else by name at its revision.
    /// </summary>
    /// <exception cref="ModelSourceException">The artifact is not sound; says what is wrong.</exception>
    public static ModelSource SourceOf(ModelArtifact artifact)
    {
        ModelSource origin = SourceMapping.ToResolvable(artifact.Source, artifact.Revision);
        if (artifact.Files is not { Count: > 0 } files)
        {
            return origin;
        }

        List<PinnedFile> pinned = [.. files.Select(Read)];
        string revision = artifact.Revision ?? "";
        return PinnedSource.CanPin(origin, pinned, revision)
            ? new PinnedSource(origin, pinned, revision)
            : origin;
    }

    private static ArtifactFile Write(PinnedFile file) =>
        new()
        {
            Role = Enum.Parse<ArtifactFileRole>(file.Role.ToString()),
            Digest = file.Digest.ToString(),
            SizeBytes = file.SizeBytes,
            Path = file.Path,
        };

    private static PinnedFile Read(ArtifactFile file) =>
        ModelDigest.TryParse(file.Digest, out ModelDigest digest) && file.SizeBytes > 0 && IsPath(file.Path)
            ? new PinnedFile(
                Enum.Parse<ResolvedFileRole>(file.Role.ToString()),
                digest,
                file.SizeBytes,
                file.Path
            )
            : throw new ModelSourceException(
                ModelSourceFailure.Invalid,
                "artifact.files lists a file without a sound digest, size or path; let the operator write it."
            );

    private static bool IsPath(string? path) =>
        path is null || (path.Length is > 0 and <= 1024 && !path.Split('/').Contains(".."));
}
