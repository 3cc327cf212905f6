namespace LlmOperator.NodeAgent.Pulling;

/// <summary>What a partial file is of, as its journal says it.</summary>
/// <param name="SizeBytes">Bytes of the whole file.</param>
/// <param name="UnitBytes">Bytes of a unit.</param>
/// <param name="EntityTag">What tells this state of the file from others; null when no source said.</param>
internal sealed record PartialHeader(long SizeBytes, int UnitBytes, string? EntityTag);
