namespace LlmOperator.NodeAgent.Pulling;

/// <summary>What is wrong with a unit's bytes.</summary>
/// <param name="Check">What found it.</param>
/// <param name="Given">SHA-256 of the bytes that were given, in hex.</param>
internal sealed record UnitFault(UnitCheck Check, string Given);
