namespace LlmOperator.Engines;

/// <summary>A flag given by a user; only those of the allow-list are accepted.</summary>
/// <param name="Name">Long name without dashes, such as <c>threads</c>.</param>
/// <param name="Value">Value; null for a switch.</param>
public sealed record EngineOption(string Name, string? Value = null);
