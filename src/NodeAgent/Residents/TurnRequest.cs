namespace LlmOperator.NodeAgent.Residents;

/// <summary>A model that wants to be in memory.</summary>
internal sealed record TurnRequest
{
    /// <summary>Unique on the node.</summary>
    public required string Name { get; init; }

    /// <summary>Bytes that it holds, by device.</summary>
    public required IReadOnlyDictionary<string, long> Bytes { get; init; }

    /// <summary>It takes turns with others; otherwise its bytes are its own.</summary>
    public required bool IsShared { get; init; }

    /// <summary>How long nobody has used it; zero while somebody does.</summary>
    public Func<TimeSpan> Idle { get; init; } = () => TimeSpan.Zero;

    /// <summary>How long it takes to load it.</summary>
    public Func<TimeSpan> ReloadCost { get; init; } = () => TimeSpan.FromSeconds(1);
}
