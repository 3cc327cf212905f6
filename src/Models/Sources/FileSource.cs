namespace LlmOperator.Models.Sources;

/// <summary>A file on the machine that resolves it.</summary>
/// <param name="Path">Absolute path.</param>
/// <param name="Sha256">Expected digest; null computes it when the source is resolved.</param>
public sealed record FileSource(string Path, ModelDigest? Sha256 = null) : ModelSource
{
    /// <inheritdoc/>
    public override string DisplayName => $"file {Path}";
}
