namespace LlmOperator.Operator.Planning;

/// <summary>Bytes of one device that a replica would hold.</summary>
public sealed record PreviewedDevice
{
    /// <summary>Name of the device on its node.</summary>
    public required string Name { get; init; }

    /// <summary>Tensors.</summary>
    public long WeightsBytes { get; init; }

    /// <summary>Key-value cache.</summary>
    public long KvCacheBytes { get; init; }

    /// <summary>Compute buffers.</summary>
    public long ComputeBytes { get; init; }

    /// <summary>Engine and driver.</summary>
    public long OverheadBytes { get; init; }

    /// <summary>Sum of the four.</summary>
    public long TotalBytes { get; init; }

    /// <summary>Layers on it where several devices share them; absent otherwise.</summary>
    public int? Layers { get; init; }
}
