using System.ComponentModel.DataAnnotations;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>Memory of the engine on one device, in bytes.</summary>
public sealed record ReplicaDeviceMemory
{
    /// <summary>Name of the device as the node lists it.</summary>
    [Required]
    [MaxLength(64)]
    public string Device { get; init; } = "";

    /// <summary>What the operator reserved.</summary>
    public long Planned { get; init; }

    /// <summary>What the engine projected before loading; absent when it does not say.</summary>
    public long? Projected { get; init; }

    /// <summary>What the engine's process uses, as measured; absent where nothing tells.</summary>
    public long? Observed { get; init; }
}
