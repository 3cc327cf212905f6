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

    public int Layers => variant.Facts.BlockCount + 1;

    public SplitTerms? Of(IReadOnlyList<int> layersPerGpu) =>
        _known.GetOrAdd(string.Join(',', layersPerGpu), _ => Compute(layersPerGpu));

    /// <summary>A device's memory as placement sees it.</summary>
    public static MemoryTerms Terms(DeviceMemory memory) =>
        new(memory.WeightsBytes, memory.KvCacheBytes, memory.ComputeBytes, memory.OverheadBytes);

    private SplitTerms? Compute(IReadOnlyList<int> layersPerGpu)
    {
        try
        {
            MemoryPlan plan = MemoryPlanner.Plan(
                variant.Headers,
                load with
                {
                    DeviceCount = layersPerGpu.Count,
                    GpuLayers = layersPerGpu.Sum(),
                    // Whole layers as shares: the engine's own rounding gives each device just these.
                    TensorSplit = [.. layersPerGpu.Select(l => (double)l)],
                }
            );
            return new SplitTerms(Terms(plan.Host), [.. plan.Devices.Skip(1).Select(Terms)]);
        }
        catch (InvalidLoadParametersException)
        {
            return null;
        }
    }
}
