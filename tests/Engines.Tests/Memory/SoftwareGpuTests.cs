using LlmOperator.Engines.LlamaCpp;
using LlmOperator.Testing.Engine;
using LlmOperator.Testing.Gguf.Shapes;

namespace LlmOperator.Engines.Tests.Memory;

/// <summary>
/// A sample of the planner's vectors, measured again with the installed engine on the CPU and on software GPUs. When
/// the engine is another build, its numbers may be others: bench/memory/run measures them anew.
/// </summary>
public sealed class SoftwareGpuTests(SoftwareGpuFixture gpu) : IClassFixture<SoftwareGpuFixture>
{
    public static TheoryData<string> Sample =>
        [
            "Llama 3.1 8B;cpu;4096;4;Q8_0;on",
            "Llama 3.1 8B;full;16384;1;F16;on",
            "Qwen3 30B-A3B;half;4096;1;F16;off",
            "Gemma 3 12B;two;65536;4;Q8_0;on",
            "DeepSeek V2 Lite;full;4096;1;F16;on",
            "Granite 4.0 H tiny;two;16384;4;F16;on",
            "Codestral Mamba 7B;full;4096;4;F16;on",
            "BGE large;full;4096;1;F16;on",
        ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Sample))]
    public async Task ProjectAsync_VectorOfTheFile_IsWhatTheEngineSaysAgain(string key)
    {
        MemoryVector expected = MemoryVector
            .ReadFile(
                Path.Combine(
                    EngineFixture.RepositoryRoot,
                    "tests/Models.Tests/Vectors/llama.cpp-0.7.0-b11669.csv"
                )
            )
            .Single(vector => vector.Key == key);
        RealShape shape = RealShapes.All.Single(s => s.Name == expected.Shape);
        string folder = gpu.NewFolder();
        string path = Path.Combine(folder, "shape.gguf");
        ShapeFiles.Write(shape, path);

        EngineProjection projection = await gpu.Engine.ProjectAsync(
            new EngineLaunch
            {
                Alias = "shape",
                Model = path,
                Load = expected.Parameters(shape.Layers),
                Devices = expected.Devices,
                Embeddings = shape.Architecture.EndsWith("bert", StringComparison.Ordinal),
                RuntimeFolder = folder,
            },
            Token
        );

        File.Delete(path);
        MemoryVector measured = expected.With(
            projection.KvCacheBytes,
            projection.RecurrentStateBytes,
            [
                (projection.Host.ModelBytes, projection.Host.ContextBytes, projection.Host.ComputeBytes),
                .. expected
                    .Devices.Select(name => projection.Devices.Single(device => device.Name == name))
                    .Select(device => (device.ModelBytes, device.ContextBytes, device.ComputeBytes)),
            ]
        );
        Assert.Equal(expected.ToString(), measured.ToString());
    }
}
