using LlmOperator.Operator.Placement;

namespace LlmOperator.Operator.Tests.Placement;

/// <summary>A model of equal layers: every layer has so many bytes, every GPU in use so many more.</summary>
internal sealed record LinearSplit(int Layers, long BytesPerLayer, long OverheadPerGpu = 0) : ISplitMemory
{
    public int ExpertLayers { get; init; }

    /// <summary>Bytes of the experts in each layer that has some.</summary>
    public long ExpertBytes { get; init; }

    public SplitTerms? WithExpertsOnCpu(int layers) =>
        new(
            new MemoryTerms(layers * ExpertBytes, 0, 0, 0),
            [new MemoryTerms((Layers * BytesPerLayer) - (layers * ExpertBytes), 0, 0, OverheadPerGpu)]
        );

    public SplitTerms? Of(IReadOnlyList<int> layersPerGpu) =>
        new(
            new MemoryTerms((Layers - layersPerGpu.Sum()) * BytesPerLayer, 0, 0, 0),
            [
                .. layersPerGpu.Select(l => new MemoryTerms(
                    l * BytesPerLayer,
                    0,
                    0,
                    l == 0 ? 0 : OverheadPerGpu
                )),
            ]
        );
}
