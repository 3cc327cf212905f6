namespace LlmOperator.NodeAgent.Store;

/// <summary>Digests that somebody needs.</summary>
/// <param name="Owner">Who.</param>
/// <param name="Digests">Digests, as text.</param>
internal sealed record PinRecord(string Owner, IReadOnlyList<string> Digests);
