namespace LlmOperator.Engines;

/// <summary>What an engine says of itself.</summary>
public sealed record EngineProbe
{
    /// <summary>Which engine.</summary>
    public required EngineKind Kind { get; init; }

    /// <summary>Version as the engine writes it; empty when it does not say.</summary>
    public required string Version { get; init; }

    /// <summary>Devices besides the host.</summary>
    public IReadOnlyList<EngineDevice> Devices { get; init; } = [];

    /// <summary>Models a running server offers; empty for llama-server, which is started with one.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];
}
