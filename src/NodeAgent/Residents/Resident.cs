namespace LlmOperator.NodeAgent.Residents;

/// <summary>A model in memory that takes turns with others.</summary>
/// <param name="Name">Unique on the node.</param>
/// <param name="Bytes">Bytes that it holds, by device.</param>
/// <param name="Idle">How long nobody has used it; zero while somebody does.</param>
/// <param name="ReloadCost">How long it takes to load it again.</param>
/// <param name="IsLeaving">It was asked to leave and has not left yet.</param>
internal sealed record Resident(
    string Name,
    IReadOnlyDictionary<string, long> Bytes,
    TimeSpan Idle,
    TimeSpan ReloadCost,
    bool IsLeaving
);
