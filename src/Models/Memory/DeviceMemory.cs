namespace LlmOperator.Models.Memory;

/// <summary>Bytes on one device, or on the host.</summary>
public sealed record DeviceMemory
{
    /// <summary><c>host</c>, or <c>device0</c> and so on in the order of the launch.</summary>
    public required string Name { get; init; }

    /// <summary>Index of the device; null for the host.</summary>
    public int? DeviceIndex { get; init; }

    /// <summary>Tensors.</summary>
    public long WeightsBytes { get; init; }

    /// <summary>Key-value cache.</summary>
    public long KvCacheBytes { get; init; }

    /// <summary>Compute and output buffers.</summary>
    public long ComputeBytes { get; init; }

    /// <summary>What engine and driver take besides.</summary>
    public long OverheadBytes { get; init; }

    /// <summary>Layers that lie here, without the output.</summary>
    public int Layers { get; init; }

    /// <summary>What the four numbers consist of; their sum is <see cref="TotalBytes"/>. No term is 0.</summary>
    public IReadOnlyList<MemoryTerm> Terms { get; init; } = [];

    /// <summary>Sum of the four.</summary>
    public long TotalBytes => WeightsBytes + KvCacheBytes + ComputeBytes + OverheadBytes;
}
