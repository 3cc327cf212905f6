namespace LlmOperator.NodeAgent.Pulling;

/// <summary>What a unit's bytes add up to.</summary>
/// <param name="Checksum">For the journal: <see cref="UnitChecksum"/>.</param>
/// <param name="Digest">For peers: SHA-256 in hex; null while nobody needed it.</param>
internal sealed record UnitSums(string Checksum, string? Digest);
