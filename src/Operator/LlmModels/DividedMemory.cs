using System.Collections.Concurrent;
using LlmOperator.Models.Memory;
using LlmOperator.Operator.Placement;

namespace LlmOperator.Operator.LlmModels;

/// <summary>
/// Memory of one way to load a variant for any division of its layers, from the memory planner. Each division is
/// computed once. Thread-safe.
/// </summary>
internal sealed class DividedMemory(InspectedVariant variant, LoadParameters load) : ISplitMemory
{
    private readonly ConcurrentDictionary<string, SplitTerms?> _known = new();
    private readonly ConcurrentDictionary<int, SplitTerms?> _knownExperts = new();

    public int Layers => variant.Facts.BlockCount + 1;

    public SplitTerms? Of(IReadOnlyList<int> layersPerGpu) =>
        _known.GetOrAdd(string.Join(',', layersPerGpu), _ => Compute(layersPerGpu));

    public int ExpertLayers => variant.Facts.Experts is { Count: > 0 } ? variant.Facts.BlockCount : 0;

    public SplitTerms? WithExpertsOnCpu(int layers) =>
        _knownExperts.GetOrAdd(
            layers,
            _ => Compute(load with { DeviceCount = 1, GpuLayers = Layers, CpuExpertLayers = layers })
        );

    /// <summary>A device's memory as placement sees it.</summary>
    public static MemoryTerms Terms(DeviceMemory memory) =>
        new(memory.WeightsBytes, memory.KvCacheBytes, memory.ComputeBytes, memory.OverheadBytes);

    private SplitTerms? Compute(IReadOnlyList<int> layersPerGpu) =>
        Compute(
            load with
            {
                DeviceCount = layersPerGpu.Count,
                GpuLayers = layersPerGpu.Sum(),
                // Whole layers as shares: the engine's own rounding gives each device just these.
                TensorSplit = [.. layersPerGpu.Select(l => (double)l)],
            }
        );

    private SplitTerms? Compute(LoadParameters divided)
    {
        try
        {
            MemoryPlan plan = MemoryPlanner.Plan(variant.Files, divided);
            return new SplitTerms(Terms(plan.Host), [.. plan.Devices.Skip(1).Select(Terms)]);
        }
        catch (InvalidLoadParametersException)
        {
            return null;
        }
    }
}
