namespace LlmOperator.NodeAgent.Store;

/// <summary>What a verification found of one file.</summary>
/// <param name="Digest">Digest that it should have, or its file name when that is none.</param>
/// <param name="SizeBytes">Bytes that it has.</param>
/// <param name="Problem">What is wrong; null when it is sound.</param>
/// <param name="MovedTo">Where it was put aside; null when it was not.</param>
public sealed record VerifiedFile(string Digest, long SizeBytes, string? Problem, string? MovedTo = null);
