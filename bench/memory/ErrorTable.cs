using LlmOperator.Models.Gguf;
using LlmOperator.Models.Memory;
using LlmOperator.Testing.Gguf.Shapes;

namespace LlmOperator.Bench.Memory;

/// <summary>Errors of the planner, and of the formulas of other systems, over a file of vectors.</summary>
internal static class ErrorTable
{
    private const double Mebibyte = 1 << 20;

    /// <summary>A row for each vector that is planned, and the number of those that are refused.</summary>
    public static async Task<(IReadOnlyList<ErrorRow> Rows, int Refused)> ReadAsync(
        string vectorFile,
        CancellationToken cancellationToken
    )
    {
        Dictionary<string, MemoryVector[]> vectors = MemoryVector
            .ReadFile(vectorFile)
            .GroupBy(vector => vector.Shape)
            .ToDictionary(group => group.Key, group => group.ToArray());
        List<ErrorRow> rows = [];
        int refused = 0;
        foreach (RealShape shape in RealShapes.All)
        {
            GgufFile file = await ShapeFiles.ReadAsync(shape, cancellationToken);
            foreach (MemoryVector vector in vectors.GetValueOrDefault(shape.Name) ?? [])
            {
                try
                {
                    rows.Add(Compare(shape, file, vector));
                }
                catch (InvalidLoadParametersException)
                {
                    refused++;
                }
            }
        }

        return (rows, refused);
    }

    private static ErrorRow Compare(RealShape shape, GgufFile file, MemoryVector vector)
    {
        LoadParameters load = vector.Parameters(shape.Layers);
        ModelFacts facts = ModelFacts.From(file);
        MemoryPlan plan = MemoryPlanner.Plan(file, load);
        double planned = plan.Devices.Sum(d => d.WeightsBytes + d.KvCacheBytes + d.ComputeBytes) / Mebibyte;
        double cache = vector.KvCache + vector.State;
        double weights = OtherFormulas.Weights(file);
        double Error(double estimate) => (estimate - vector.Total) / vector.Total;
        return new ErrorRow(
            shape,
            vector,
            (plan.KvCacheBytes / Mebibyte) - cache,
            (plan.WeightsBytes / Mebibyte) - vector.Weights.Sum(),
            Error(planned),
            new Dictionary<string, double>
            {
                ["weights × 1.2 + 2 GiB"] = Error(OtherFormulas.Constant(file)),
                ["weights + cache of all heads"] = Error(
                    weights + OtherFormulas.CacheOfAllHeads(facts, load)
                ),
                ["weights + cache of key-value heads"] = Error(
                    weights + OtherFormulas.CacheOfKeyHeads(facts, load)
                ),
                ["Ollama's check before a load"] = Error(OtherFormulas.OllamaPreflight(file, facts, load)),
            },
            cache == 0
                ? new Dictionary<string, double>()
                : new Dictionary<string, double>
                {
                    ["cache of all heads"] = (OtherFormulas.CacheOfAllHeads(facts, load) - cache) / cache,
                    ["cache of key-value heads"] =
                        (OtherFormulas.CacheOfKeyHeads(facts, load) - cache) / cache,
                }
        );
    }
}
