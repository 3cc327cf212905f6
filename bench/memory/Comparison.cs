using System.Globalization;
using LlmOperator.Models.Gguf;
using LlmOperator.Models.Memory;
using LlmOperator.Testing.Gguf.Shapes;

namespace LlmOperator.Bench.Memory;

/// <summary>Every vector beside the plan for it, one line each.</summary>
internal static class Comparison
{
    private const double Mebibyte = 1 << 20;

    public static async Task RunAsync(string vectorFile, string filter, CancellationToken cancellationToken)
    {
        Dictionary<string, (GgufFile File, int Layers)> shapes = [];
        foreach (RealShape shape in RealShapes.All)
        {
            shapes[shape.Name] = (await ShapeFiles.ReadAsync(shape, cancellationToken), shape.Layers);
        }

        foreach (MemoryVector vector in MemoryVector.ReadFile(vectorFile))
        {
            if (!vector.Shape.Contains(filter, StringComparison.Ordinal))
            {
                continue;
            }

            (GgufFile file, int layers) = shapes[vector.Shape];
            MemoryPlan plan;
            try
            {
                plan = MemoryPlanner.Plan(file, vector.Parameters(layers));
            }
            catch (Exception e) when (e is UnsupportedArchitectureException or InvalidLoadParametersException)
            {
                Console.WriteLine($"{vector.Key}|refused {e.Message}");
                continue;
            }

            string Row(Func<DeviceMemory, long> term) =>
                string.Join(
                    ',',
                    plan.Devices.Select(d =>
                        (term(d) / Mebibyte).ToString("0.00", CultureInfo.InvariantCulture)
                    )
                );
            Console.WriteLine(
                $"{vector}|{Row(d => d.WeightsBytes)};{Row(d => d.KvCacheBytes)};{Row(d => d.ComputeBytes)}"
            );
        }
    }
}
