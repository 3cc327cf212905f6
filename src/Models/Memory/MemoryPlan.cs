namespace LlmOperator.Models.Memory;

/// <summary>Bytes that a model needs, by device.</summary>
public sealed record MemoryPlan
{
    /// <summary>The host first, then each device of the parameters.</summary>
    public required IReadOnlyList<DeviceMemory> Devices { get; init; }

    /// <summary>The parameters this is for.</summary>
    public required LoadParameters Parameters { get; init; }

    /// <summary>The host's part.</summary>
    public DeviceMemory Host => Devices[0];

    /// <summary>Weights on all devices.</summary>
    public long WeightsBytes => Devices.Sum(device => device.WeightsBytes);

    /// <summary>Key-value cache on all devices.</summary>
    public long KvCacheBytes => Devices.Sum(device => device.KvCacheBytes);

    /// <summary>Compute buffers on all devices.</summary>
    public long ComputeBytes => Devices.Sum(device => device.ComputeBytes);

    /// <summary>Everything on all devices.</summary>
    public long TotalBytes => Devices.Sum(device => device.TotalBytes);
}
