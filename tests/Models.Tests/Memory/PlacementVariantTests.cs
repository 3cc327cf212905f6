using LlmOperator.Models.Gguf;
using LlmOperator.Models.Memory;
using LlmOperator.Testing.Gguf.Shapes;

namespace LlmOperator.Models.Tests.Memory;

/// <summary>
/// Ways to load that the vectors do not have, with the numbers that the engine projected (llama.cpp 0.7.0, build 11669,
/// software GPUs): weights/cache in whole MiB, rounded down, the host first.
/// </summary>
public sealed class PlacementVariantTests
{
    private const long Mebibyte = 1 << 20;
    private static readonly LoadParameters s_load = new() { ContextLength = 8192 };

    public static TheoryData<string, LoadParameters, string, double[]> Variants =>
        new()
        {
            {
                "Qwen3 30B-A3B",
                s_load with
                {
                    DeviceCount = 1,
                    CpuExpertLayers = 24,
                },
                "8019/0 8554/768",
                [24, 176]
            },
            {
                "Qwen3 30B-A3B",
                s_load with
                {
                    DeviceCount = 2,
                    TensorSplit = [3, 1],
                },
                "243/0 12400/592 3929/176",
                [72, 168, 148]
            },
            {
                "Qwen3 30B-A3B",
                s_load with
                {
                    DeviceCount = 2,
                    GpuLayers = 20,
                    TensorSplit = [1, 1],
                },
                "9962/464 3351/160 3259/144",
                [24, 204, 84]
            },
            {
                "Gemma 3 12B",
                s_load with
                {
                    ContextLength = 32_768,
                    ParallelSequences = 4,
                    UnifiedCache = true,
                    DeviceCount = 1,
                },
                "787/0 6561/3488",
                [66, 156]
            },
            {
                "Gemma 3 12B",
                s_load with
                {
                    ContextLength = 32_768,
                    MicroBatch = 2048,
                    DeviceCount = 1,
                },
                "787/0 6561/3008",
                [260, 620]
            },
            { "Gemma 3 12B", s_load with { DeviceCount = 1, GpuLayers = 1 }, "6561/992 787/0", [39, 140] },
            { "Gemma 3 12B", s_load with { DeviceCount = 1, GpuLayers = 0 }, "6561/992 0/0", [39, 140] },
        };

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task Plan_Variant_IsTheEnginesProjection(
        string name,
        LoadParameters load,
        string weightsAndCache,
        double[] compute
    )
    {
        GgufFile file = await ShapeFiles.ReadAsync(
            RealShapes.All.Single(shape => shape.Name == name),
            TestContext.Current.CancellationToken
        );

        MemoryPlan plan = MemoryPlanner.Plan(file, load);

        Assert.Equal(
            weightsAndCache,
            string.Join(
                ' ',
                plan.Devices.Select(d => $"{d.WeightsBytes / Mebibyte}/{d.KvCacheBytes / Mebibyte}")
            )
        );
        foreach ((DeviceMemory device, double measured) in plan.Devices.Zip(compute))
        {
            // Never less than the engine needs, and at most a matrix on its way more.
            Assert.InRange((double)device.ComputeBytes / Mebibyte, measured, (measured * 1.15) + 32);
        }
    }
}
