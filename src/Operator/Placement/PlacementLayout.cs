namespace LlmOperator.Operator.Placement;

/// <summary>How a replica lies on its node.</summary>
/// <param name="Kind">Where its layers are.</param>
/// <param name="Gpus">GPUs that hold layers, in the order of the launch; none on the CPU.</param>
/// <param name="LayersPerGpu">Layers on each of them; empty when one GPU holds all.</param>
internal sealed record PlacementLayout(
    DeviceLayout Kind,
    IReadOnlyList<string> Gpus,
    IReadOnlyList<int> LayersPerGpu
)
{
    /// <summary>The first so many layers keep their experts on the CPU.</summary>
    public int CpuExpertLayers { get; init; }

    /// <summary>All on the CPU.</summary>
    public static PlacementLayout Cpu { get; } = new(DeviceLayout.Cpu, [], []);

    /// <summary>All on one GPU.</summary>
    public static PlacementLayout Gpu(string device) => new(DeviceLayout.Gpu, [device], []);
}
