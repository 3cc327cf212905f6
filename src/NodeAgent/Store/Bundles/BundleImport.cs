namespace LlmOperator.NodeAgent.Store.Bundles;

/// <summary>What an import brought.</summary>
/// <param name="Models">The models, all of them stored now.</param>
/// <param name="SignedBy">Fingerprint of the trusted key that signed; null for a bundle that was taken unsigned.</param>
/// <param name="NewBytes">Bytes that were not there before.</param>
public sealed record BundleImport(IReadOnlyList<StoredModelFiles> Models, string? SignedBy, long NewBytes);
