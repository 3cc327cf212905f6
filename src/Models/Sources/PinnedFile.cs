namespace LlmOperator.Models.Sources;

/// <summary>One file of a model as it was written down when its source was resolved.</summary>
/// <param name="Role">What it is for.</param>
/// <param name="Digest">Digest of its bytes.</param>
/// <param name="SizeBytes">Number of its bytes.</param>
/// <param name="Path">Path in the repository; null where the digest alone finds it.</param>
public sealed record PinnedFile(
    ResolvedFileRole Role,
    ModelDigest Digest,
    long SizeBytes,
    string? Path = null
);
