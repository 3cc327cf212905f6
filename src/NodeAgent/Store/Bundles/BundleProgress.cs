namespace LlmOperator.NodeAgent.Store.Bundles;

/// <summary>How far an export or import is.</summary>
/// <param name="CompletedBytes">Bytes done.</param>
/// <param name="TotalBytes">Bytes in all, as far as known.</param>
public sealed record BundleProgress(long CompletedBytes, long TotalBytes);
