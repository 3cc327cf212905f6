using LlmOperator.Api.V1Alpha1;

namespace LlmOperator.NodeAgent.Devices;

/// <summary>One device as it is now.</summary>
internal sealed record DeviceReading
{
    /// <summary>Name of the device that holds a model in RAM.</summary>
    public const string CpuName = "CPU";

    /// <summary>Name as the engine knows it.</summary>
    public required string Name { get; init; }

    public required DeviceKind Kind { get; init; }

    public string? Product { get; init; }

    public string? Uuid { get; init; }

    public required long MemoryBytes { get; init; }

    public required long UsedBytes { get; init; }

    public int? TemperatureCelsius { get; init; }

    public int? UtilizationPercent { get; init; }

    public long AvailableBytes => Math.Max(0, MemoryBytes - UsedBytes);
}
