using Microsoft.Extensions.Logging;

namespace LlmOperator.Testing.Logging;

/// <summary>One line of a log.</summary>
/// <param name="Level">Level.</param>
/// <param name="Text">Message with its values.</param>
/// <param name="Scope">Values of the scopes around it.</param>
public sealed record LogEntry(LogLevel Level, string Text, IReadOnlyDictionary<string, object?> Scope);
