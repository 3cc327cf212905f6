namespace LlmOperator.Models.Sources;

/// <summary>A source turned into immutable files.</summary>
public sealed record ResolvedModel
{
    /// <summary>Digest of the weights (the first part of a split model); null only for HTTP without one.</summary>
    public ModelDigest? Digest { get; init; }

    /// <summary>Bytes of all files.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>The files; the first is the weights' first part.</summary>
    public required IReadOnlyList<ResolvedFile> Files { get; init; }

    /// <summary>What the name meant when it was resolved: a commit, a manifest digest, an ETag; may be empty.</summary>
    public required string Revision { get; init; }

    /// <summary>How people write the source.</summary>
    public required string DisplayName { get; init; }
}
