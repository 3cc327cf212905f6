using System.ComponentModel.DataAnnotations;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>A device that can hold a model.</summary>
public sealed record NodeDevice
{
    /// <summary>Name as the engine knows it, for example <c>CPU</c>, <c>CUDA0</c>, <c>Vulkan1</c>.</summary>
    [Required]
    public string Name { get; init; } = "";

    /// <summary>What it is.</summary>
    public DeviceKind Kind { get; init; }

    /// <summary>Product name, for example <c>NVIDIA GeForce RTX 4090</c>.</summary>
    public string? Product { get; init; }

    /// <summary>Identifier that survives a reboot, where the driver gives one.</summary>
    public string? Uuid { get; init; }

    /// <summary>Bytes of memory; the RAM for the CPU.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>Bytes that models may use: what the spec says, or the agent's default.</summary>
    public long BudgetBytes { get; init; }

    /// <summary>Bytes that replicas hold of the budget.</summary>
    public long ReservedBytes { get; init; }

    /// <summary>Bytes in use by anybody, as measured.</summary>
    public long UsedBytes { get; init; }

    /// <summary>Temperature in degrees Celsius; absent where it cannot be read.</summary>
    public int? TemperatureCelsius { get; init; }

    /// <summary>Share of time that the device was busy, in percent; absent where it cannot be read.</summary>
    public int? UtilizationPercent { get; init; }
}
