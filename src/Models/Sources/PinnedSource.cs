namespace LlmOperator.Models.Sources;

/// <summary>
/// A source that was resolved before: its files are known by digest, so that resolving it again asks nobody, and what
/// its name means by now does not matter.
/// </summary>
/// <param name="Origin">The source by name.</param>
/// <param name="Files">What it was resolved to, the weights first; at least one.</param>
/// <param name="Revision">What the name meant: a commit, a manifest digest; may be empty.</param>
public sealed record PinnedSource(ModelSource Origin, IReadOnlyList<PinnedFile> Files, string Revision)
    : ModelSource
{
    /// <inheritdoc/>
    public override string DisplayName => Origin.DisplayName;

    /// <summary>Names the files exactly: equal for sources with the same files in the same roles.</summary>
    public string FilesKey => string.Join('\n', Files.Select(file => $"{file.Role} {file.Digest}"));

    /// <summary>True when every file of such a source can be found again without its name.</summary>
    public static bool CanPin(ModelSource origin, IReadOnlyList<PinnedFile> files, string revision) =>
        files.Count > 0
        && files[0].Role == ResolvedFileRole.Weights
        && origin switch
        {
            OllamaSource or OciSource => true,
            HuggingFaceSource => revision.Length > 0 && files.All(file => file.Path is not null),
            HttpSource => files.Count == 1,
            _ => false,
        };
}
