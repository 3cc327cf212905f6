namespace LlmOperator.Operator.Placement;

/// <summary>Bytes of one device that a replica holds.</summary>
/// <param name="Device">Name of the device on its node.</param>
/// <param name="Terms">The bytes.</param>
internal sealed record DeviceClaim(string Device, MemoryTerms Terms);
