using LlmOperator.Operator.Placement;

namespace LlmOperator.Operator.Tests.Placement;

/// <summary>A model of equal layers: every layer has so many bytes, every GPU in use so many more.</summary>
internal sealed record LinearSplit(int Layers, long BytesPerLayer, long OverheadPerGpu = 0) : ISplitMemory
{
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
