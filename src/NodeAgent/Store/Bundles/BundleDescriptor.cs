using LlmOperator.Models.Sources;

namespace LlmOperator.NodeAgent.Store.Bundles;

/// <summary>What an index or a manifest says of one blob.</summary>
/// <param name="Digest">Digest of its bytes.</param>
/// <param name="SizeBytes">Number of its bytes.</param>
/// <param name="Annotations">What else is said of it.</param>
internal sealed record BundleDescriptor(
    ModelDigest Digest,
    long SizeBytes,
    IReadOnlyDictionary<string, string> Annotations
);
