namespace LlmOperator.NodeAgent.Store;

/// <summary>How far a verification is.</summary>
/// <param name="CompletedBytes">Bytes that were hashed.</param>
/// <param name="TotalBytes">Bytes to hash.</param>
/// <param name="Current">File that is being hashed.</param>
public sealed record VerifyProgress(long CompletedBytes, long TotalBytes, string Current);
