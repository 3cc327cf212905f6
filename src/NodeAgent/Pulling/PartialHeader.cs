namespace LlmOperator.NodeAgent.Pulling;

/// <summary>First line of a journal: what the partial file is of.</summary>
/// <param name="SizeBytes">Bytes of the whole file.</param>
/// <param name="UnitBytes">Bytes of a unit.</param>
/// <param name="EntityTag">Strong ETag of the content; null when the source gave none.</param>
internal sealed record PartialHeader(long SizeBytes, int UnitBytes, string? EntityTag);
