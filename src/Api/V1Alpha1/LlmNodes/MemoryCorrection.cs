using System.ComponentModel.DataAnnotations;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>What loads on this node taught about the memory that an engine takes beyond its own projection.</summary>
public sealed record MemoryCorrection
{
    /// <summary>Engine build, device kind and architecture, separated by <c>/</c>.</summary>
    [Required]
    [MaxLength(256)]
    public string Key { get; init; } = "";

    /// <summary>Build of the engine, as it says itself.</summary>
    [MaxLength(128)]
    public string EngineVersion { get; init; } = "";

    /// <summary>Kind of the device.</summary>
    public DeviceKind DeviceKind { get; init; }

    /// <summary>Architecture of the model.</summary>
    [MaxLength(64)]
    public string Architecture { get; init; } = "";

    /// <summary>Loads that were measured; the last 16 count.</summary>
    public int Samples { get; init; }

    /// <summary>Largest observed use beyond the engine's projection, in bytes, with a tenth on top.</summary>
    public long OverheadBytes { get; init; }
}
