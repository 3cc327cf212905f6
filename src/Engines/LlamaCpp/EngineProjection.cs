namespace LlmOperator.Engines.LlamaCpp;

/// <summary>What the engine says it will need, before it loads anything.</summary>
public sealed record EngineProjection
{
    /// <summary>Name of the host's row.</summary>
    public const string HostName = "Host";

    /// <summary>
    /// A row by device and one for the host. Weights that the CPU backend repacks are counted in the host's row.
    /// </summary>
    public required IReadOnlyList<ProjectedDevice> Devices { get; init; }

    /// <summary>Key-value cache over all devices to a hundredth of a MiB, as the engine prints it.</summary>
    public required long KvCacheBytes { get; init; }

    /// <summary>State of recurrent layers over all devices, to a hundredth of a MiB.</summary>
    public long RecurrentStateBytes { get; init; }

    /// <summary>The host's row.</summary>
    public ProjectedDevice Host =>
        Devices.FirstOrDefault(device => string.Equals(device.Name, HostName, StringComparison.Ordinal))
        ?? new ProjectedDevice(HostName, 0, 0, 0);
}
