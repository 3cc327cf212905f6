using System.Globalization;
using LlmOperator.Engines;
using LlmOperator.Engines.LlamaCpp;
using LlmOperator.Testing.Gguf.Shapes;

namespace LlmOperator.Bench.Memory;

/// <summary>Asks the engine for its projection of every shape in every configuration and appends what is missing.</summary>
internal sealed class Measurement(LlamaServerEngine engine, string vectorFile)
{
    private int _folders;

    public async Task RunAsync(string filter, int workers, CancellationToken cancellationToken)
    {
        HashSet<string> known = File.Exists(vectorFile)
            ? [.. MemoryVector.ReadFile(vectorFile).Select(vector => vector.Key)]
            : [];
        DirectoryInfo folder = Directory.CreateTempSubdirectory("shapes-");
        try
        {
            foreach (
                RealShape shape in RealShapes.All.Where(s =>
                    s.Name.Contains(filter, StringComparison.OrdinalIgnoreCase)
                )
            )
            {
                MemoryVector[] missing =
                [
                    .. MemoryVector.ConfigurationsOf(shape.Name).Where(vector => !known.Contains(vector.Key)),
                ];
                if (missing.Length > 0)
                {
                    await MeasureAsync(shape, missing, folder.FullName, workers, cancellationToken);
                }
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task MeasureAsync(
        RealShape shape,
        MemoryVector[] wanted,
        string folder,
        int workers,
        CancellationToken cancellationToken
    )
    {
        string path = Path.Combine(folder, "shape.gguf");
        ShapeFiles.Write(shape, path);
        List<string> lines = [];
        await Parallel.ForEachAsync(
            wanted,
            new ParallelOptions { MaxDegreeOfParallelism = workers, CancellationToken = cancellationToken },
            async (vector, token) =>
            {
                string number = Interlocked.Increment(ref _folders).ToString(CultureInfo.InvariantCulture);
                try
                {
                    MemoryVector measured = await ProjectAsync(
                        shape,
                        vector,
                        path,
                        Path.Combine(folder, number),
                        token
                    );
                    lock (lines)
                    {
                        lines.Add(measured.ToString());
                    }
                }
                catch (EngineException e)
                {
                    await Console.Error.WriteLineAsync($"{vector.Key}: {e.Message}");
                }
            }
        );
        lines.Sort(StringComparer.Ordinal);
        await File.AppendAllLinesAsync(vectorFile, lines, cancellationToken);
        await Console.Error.WriteLineAsync($"{shape.Name}: {lines.Count} of {wanted.Length}");
    }

    private async Task<MemoryVector> ProjectAsync(
        RealShape shape,
        MemoryVector vector,
        string path,
        string runtime,
        CancellationToken cancellationToken
    )
    {
        EngineProjection projection = await engine.ProjectAsync(
            new EngineLaunch
            {
                Alias = "shape",
                Model = path,
                Load = vector.Parameters(shape.Layers),
                Devices = vector.Devices,
                Embeddings = shape.Architecture.EndsWith("bert", StringComparison.Ordinal),
                RuntimeFolder = runtime,
            },
            cancellationToken
        );
        return vector.With(
            projection.KvCacheBytes,
            projection.RecurrentStateBytes,
            [
                (projection.Host.ModelBytes, projection.Host.ContextBytes, projection.Host.ComputeBytes),
                .. vector.Devices.Select(name =>
                    projection.Devices.FirstOrDefault(device => device.Name == name) is { } device
                        ? (device.ModelBytes, device.ContextBytes, device.ComputeBytes)
                        : (0, 0, 0)
                ),
            ]
        );
    }
}
