namespace LlmOperator.Models.Sources;

/// <summary>A manifest as a registry sent it.</summary>
/// <param name="Body">Its bytes, whose digest was compared with what was asked for.</param>
/// <param name="Digest">Digest of the bytes.</param>
internal sealed record RegistryManifest(byte[] Body, ModelDigest Digest);
