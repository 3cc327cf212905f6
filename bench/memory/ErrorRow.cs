using LlmOperator.Testing.Gguf.Shapes;

namespace LlmOperator.Bench.Memory;

/// <summary>One vector beside the plan and the other formulas; shares of what the engine says, 0.01 is one per cent.</summary>
/// <param name="Shape">The model.</param>
/// <param name="Vector">What the engine says.</param>
/// <param name="CacheMebibytes">Planned cache and state less the engine's, in MiB.</param>
/// <param name="WeightsMebibytes">Planned weights less the engine's, in MiB; the engine rounds down at each place.</param>
/// <param name="Total">Error of the planned total.</param>
/// <param name="Others">Errors of the other formulas' totals, by name.</param>
/// <param name="OtherCaches">Errors of the other formulas' caches, by name; empty without a cache.</param>
internal sealed record ErrorRow(
    RealShape Shape,
    MemoryVector Vector,
    double CacheMebibytes,
    double WeightsMebibytes,
    double Total,
    IReadOnlyDictionary<string, double> Others,
    IReadOnlyDictionary<string, double> OtherCaches
);
