using LlmOperator.Operator.Placement;

namespace LlmOperator.PlacementBench;

/// <summary>A model with the bytes of each of its variants, the best first.</summary>
internal sealed record SmallModel(int Priority, IReadOnlyList<long> Bytes)
{
    public PlacementModel ToPlacement(string key, int age) =>
        new()
        {
            Key = key,
            Age = age,
            Priority = Priority,
            Engine = "LlamaCpp",
            Devices = DevicePreference.GpuOnly,
            Candidates =
            [
                .. Bytes.Select(
                    (b, i) =>
                        new PlacementCandidate
                        {
                            Id = $"variant-{i}",
                            Description = $"variant {i}",
                            VariantRank = i,
                            OnGpu = new MemoryTerms(b, 0, 0, 0),
                        }
                ),
            ],
        };
}
