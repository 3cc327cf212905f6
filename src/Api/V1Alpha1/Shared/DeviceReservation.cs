using System.ComponentModel.DataAnnotations;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>Bytes of one device's memory that a replica holds, with the terms of the sum.</summary>
public sealed record DeviceReservation
{
    /// <summary>Name of the device as the node lists it, for example <c>CPU</c> or <c>CUDA0</c>.</summary>
    [Required]
    [MaxLength(64)]
    public string Device { get; init; } = "";

    /// <summary>Bytes of the weights on this device.</summary>
    [Range(0, long.MaxValue)]
    public long WeightsBytes { get; init; }

    /// <summary>Bytes of the key-value cache on this device.</summary>
    [Range(0, long.MaxValue)]
    public long KvCacheBytes { get; init; }

    /// <summary>Bytes of compute buffers on this device.</summary>
    [Range(0, long.MaxValue)]
    public long ComputeBytes { get; init; }

    /// <summary>Bytes of engine and driver overhead on this device.</summary>
    [Range(0, long.MaxValue)]
    public long OverheadBytes { get; init; }

    /// <summary>Sum of the terms: what is reserved.</summary>
    [Range(0, long.MaxValue)]
    public long TotalBytes { get; init; }
}
