using LlmOperator.Engines.LlamaCpp;
using LlmOperator.Models.Gguf;
using LlmOperator.Models.Memory;
using LlmOperator.Testing.Engine;
using LlmOperator.Testing.Gguf;

namespace LlmOperator.Engines.Tests.Memory;

/// <summary>A small model with experts, really loaded on a software GPU with a part of the experts in RAM.</summary>
public sealed class ExpertsOnCpuTests(SoftwareGpuFixture gpu) : IClassFixture<SoftwareGpuFixture>
{
    private const long Mebibyte = 1 << 20;

    private static readonly ModelShape s_shape = new()
    {
        Architecture = "qwen3moe",
        AttentionNorm = true,
        Layers = 6,
        Embedding = 512,
        Heads = 8,
        KvHeads = 4,
        HeadLength = 64,
        FeedForward = 1024,
        Experts = 8,
        ExpertsUsed = 2,
        ExpertFeedForward = 512,
    };

    [Fact]
    public async Task ProjectAsync_ExpertsOfTheFirstLayersInRam_IsThePlan()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        string folder = gpu.NewFolder();
        string path = Path.Combine(folder, "experts.gguf");
        await File.WriteAllBytesAsync(path, ModelShapes.Builder(s_shape, new Random(1)).Build(), token);
        LoadParameters load = new()
        {
            ContextLength = 2048,
            DeviceCount = 1,
            CpuExpertLayers = 4,
        };
        MemoryPlan plan = MemoryPlanner.Plan(await GgufReader.ReadFileAsync(path, token), load);
        EngineLaunch launch = new()
        {
            Alias = "experts",
            Model = path,
            Load = load,
            Devices = ["Vulkan0"],
            RuntimeFolder = folder,
        };

        EngineProjection projection = await gpu.Engine.ProjectAsync(launch, token);
        ProjectedDevice device = projection.Devices.Single(row => row.Name == "Vulkan0");

        // The engine prints whole MiB, rounded down.
        Assert.Equal(device.ModelBytes / Mebibyte, plan.Devices[1].WeightsBytes / Mebibyte);
        Assert.Equal(device.ContextBytes / Mebibyte, plan.Devices[1].KvCacheBytes / Mebibyte);
        Assert.InRange(
            plan.Host.WeightsBytes / Mebibyte,
            projection.Host.ModelBytes / Mebibyte,
            (projection.Host.ModelBytes / Mebibyte) + 1
        );
        Assert.True(
            plan.Host.Terms.Single(t => t.Kind == MemoryTermKind.ExpertWeights).Bytes > 90 * Mebibyte
        );

        await using IEngineInstance instance = await gpu.Engine.StartAsync(launch, token);
        Assert.NotNull(instance.ProcessId);
    }
}
