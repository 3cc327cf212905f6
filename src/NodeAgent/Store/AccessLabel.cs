namespace LlmOperator.NodeAgent.Store;

/// <summary>Who may have a private file.</summary>
/// <param name="Digest">The file, as text.</param>
/// <param name="Namespaces">Namespaces whose credential the origin accepted for it.</param>
internal sealed record AccessLabel(string Digest, IReadOnlyList<string> Namespaces);
