namespace LlmOperator.Models.Sources;

/// <summary>One file of a repository.</summary>
/// <param name="Path">Path in the repository.</param>
/// <param name="SizeBytes">Bytes.</param>
/// <param name="Digest">SHA-256 when it is kept in large-file storage.</param>
internal sealed record HuggingFaceEntry(string Path, long SizeBytes, ModelDigest? Digest);
