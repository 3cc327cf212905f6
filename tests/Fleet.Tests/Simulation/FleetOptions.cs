namespace LlmOperator.Fleet.Tests.Simulation;

/// <summary>How large a simulated fleet is.</summary>
internal sealed record FleetOptions
{
    public required int Nodes { get; init; }

    /// <summary>Models, each wanted on every node.</summary>
    public required int Models { get; init; }

    /// <summary>Bytes a second that the origin gives in all. Default 512 KiB: a model takes some seconds.</summary>
    public int OriginBytesPerSecond { get; init; } = 512 << 10;

    /// <summary>Bytes of the units; a model has about fifteen. Default 32 KiB.</summary>
    public int UnitBytes { get; init; } = 32 << 10;

    /// <summary>How long all of it may take. Default 5 minutes.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromMinutes(5);
}
