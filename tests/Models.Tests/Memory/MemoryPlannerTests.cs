using LlmOperator.Models.Gguf;
using LlmOperator.Models.Memory;
using LlmOperator.Testing.Gguf;

namespace LlmOperator.Models.Tests.Memory;

public sealed class MemoryPlannerTests
{
    private const long Mebibyte = 1 << 20;

    // Published logs of llama.cpp: KV cache in MiB for layers, heads, cells and format.
    [Theory]
    [InlineData(32, 8, 128, 512, 1, KvCacheType.F16, 64.00)] // Llama-3-8B
    [InlineData(32, 8, 128, 2048, 4, KvCacheType.F16, 1024.00)] // Llama-3.1-8B, ctx 8192 in 4 slots
    [InlineData(48, 4, 128, 32768, 1, KvCacheType.F16, 3072.00)] // Qwen3-30B-A3B
    [InlineData(28, 4, 128, 8192, 1, KvCacheType.Q8_0, 238.00)] // Qwen2.5-7B
    [InlineData(28, 4, 128, 8192, 1, KvCacheType.Q4_0, 126.00)]
    [InlineData(36, 2, 128, 4096, 1, KvCacheType.F16, 144.00)] // Qwen2.5-3B
    [InlineData(48, 8, 128, 8192, 1, KvCacheType.F16, 1536.00)] // Qwen2.5-14B
    public void Plan_GroupedQueries_CacheIsAsInTheEnginesLog(
        int layers,
        int heads,
        int length,
        int context,
        int sequences,
        KvCacheType type,
        double expected
    )
    {
        ModelShape shape = new()
        {
            Layers = layers,
            KvHeads = heads,
            Heads = heads * 2,
            HeadLength = length,
        };

        MemoryPlan plan = Plan(
            shape,
            new LoadParameters
            {
                ContextLength = context,
                ParallelSequences = sequences,
                KvCacheType = type,
            }
        );

        Assert.Equal((long)(expected * Mebibyte), plan.KvCacheBytes);
    }

    [Theory]
    // Gemma-3-4B at 32768: 5 dense layers and 29 windowed ones of 1024 + 512 cells.
    [InlineData("gemma3", 34, 4, 256, 1024, 32768, 1, 814.00)]
    // Gemma-2-2B in a log: 8192 in 4 slots is 2048 a slot, less than the window.
    [InlineData("gemma2", 26, 4, 256, 4096, 2048, 4, 832.00)]
    public void Plan_WindowedLayers_HoldTheWindowOnly(
        string architecture,
        int layers,
        int heads,
        int length,
        int window,
        int context,
        int sequences,
        double expected
    )
    {
        ModelShape shape = new()
        {
            Architecture = architecture,
            Layers = layers,
            KvHeads = heads,
            Heads = heads * 2,
            HeadLength = length,
            SlidingWindow = window,
        };

        MemoryPlan plan = Plan(
            shape,
            new LoadParameters { ContextLength = context, ParallelSequences = sequences }
        );

        Assert.Equal((long)(expected * Mebibyte), plan.KvCacheBytes);
    }

    [Fact]
    public void Plan_HeadsByLayer_CountsEachLayer()
    {
        ModelShape shape = new()
        {
            Architecture = "deci",
            Layers = 3,
            HeadLength = 64,
            KvHeadsByLayer = [4, 0, 2],
        };

        MemoryPlan plan = Plan(shape, new LoadParameters { ContextLength = 1024 });

        Assert.Equal(1024 * 6 * 64 * 2 * 2, plan.KvCacheBytes);
    }

    [Fact]
    public void Plan_HostOnly_WeightsAreTheTensorsOnce()
    {
        GgufFile file = Read(new ModelShape { Tied = true });

        MemoryPlan plan = MemoryPlanner.Plan(file, new LoadParameters());

        DeviceMemory host = Assert.Single(plan.Devices);
        Assert.Equal(file.Tensors.Sum(tensor => tensor.SizeBytes), host.WeightsBytes);
    }

    // llama.cpp 0.7.0 on two software GPUs, 4 layers, -ts 1,1: three layers on the first, one and the output on the
    // second (KV buffers of 24 and 8 MiB).
    [Fact]
    public void Plan_TwoDevices_SplitAsTheEngineDoes()
    {
        ModelShape shape = new()
        {
            Layers = 4,
            Embedding = 1024,
            Heads = 8,
            KvHeads = 4,
            HeadLength = 128,
            FeedForward = 4096,
            Vocabulary = 32000,
            Type = GgmlType.F16,
        };

        MemoryPlan plan = Plan(shape, new LoadParameters { ContextLength = 4096, DeviceCount = 2 });

        Assert.Equal([0, 24 * Mebibyte, 8 * Mebibyte], plan.Devices.Select(device => device.KvCacheBytes));
        // Printed by the engine, rounded down: 62, 90 and 92 MiB.
        Assert.Equal([62, 90, 92], plan.Devices.Select(device => device.WeightsBytes / Mebibyte));
        Assert.Equal(["host", "device0", "device1"], plan.Devices.Select(device => device.Name));
    }

    [Fact]
    public void Plan_TiedEmbeddingWithOutputOnADevice_IsThereTwice()
    {
        ModelShape shape = new() { Tied = true, Layers = 4 };
        GgufFile file = Read(shape);
        long embedding = file.Tensors.Single(tensor => tensor.Name == "token_embd.weight").SizeBytes;

        MemoryPlan plan = MemoryPlanner.Plan(file, new LoadParameters { DeviceCount = 1, GpuLayers = 1 });

        Assert.Equal(file.Tensors.Sum(tensor => tensor.SizeBytes) + embedding, plan.WeightsBytes);
        Assert.Equal(0, plan.Devices[1].KvCacheBytes);
        Assert.InRange(plan.Devices[1].WeightsBytes, embedding, embedding + 1024);
    }

    // Compute buffers that the engine printed on a software GPU for this shape, in MiB (device, host).
    [Theory]
    [InlineData(4096, 4096, 1024, true, 36.01, 12.02)]
    [InlineData(8192, 4096, 1024, true, 60.01, 12.02)]
    [InlineData(4096, 4096, 2048, true, 44.01, 20.02)]
    [InlineData(4096, 8192, 1024, true, 40.01, 16.02)]
    [InlineData(4096, 4096, 1024, false, 82.01, 18.01)]
    [InlineData(4096, 8192, 1024, false, 154.01, 26.01)]
    public void Plan_OneDevice_ComputeIsAsMeasuredAndNeverLess(
        int feedForward,
        int context,
        int embedding,
        bool flashAttention,
        double device,
        double host
    )
    {
        ModelShape shape = new()
        {
            Layers = 4,
            Embedding = embedding,
            Heads = 8,
            KvHeads = 4,
            HeadLength = 128,
            FeedForward = feedForward,
            Vocabulary = 32000,
            Type = GgmlType.F16,
        };

        MemoryPlan plan = Plan(
            shape,
            new LoadParameters
            {
                ContextLength = context,
                FlashAttention = flashAttention,
                DeviceCount = 1,
            }
        );

        AssertClose(device, plan.Devices[1].ComputeBytes, allowedMebibytes: 4.1);
        AssertClose(host, plan.Host.ComputeBytes, allowedMebibytes: 4.2);
    }

    // Compute buffers that the engine printed on two software GPUs, everything on them, one sequence of 8192:
    // embedding, feed-forward, heads, cache heads, format, flash attention; then both devices and the host, in MiB.
    [Theory]
    [InlineData(1024, 4096, 8, 4, KvCacheType.F16, true, 86, 76, 52)]
    [InlineData(1024, 4096, 8, 4, KvCacheType.F16, false, 230, 220, 92)]
    [InlineData(2048, 5632, 16, 8, KvCacheType.F16, true, 125, 105, 72)]
    [InlineData(2048, 5632, 16, 8, KvCacheType.Q8_0, true, 129, 109, 72)]
    public void Plan_TwoDevices_ComputeIsAsMeasuredAndNeverLess(
        int embedding,
        int feedForward,
        int heads,
        int keyHeads,
        KvCacheType type,
        bool flashAttention,
        double first,
        double second,
        double host
    )
    {
        MemoryPlan plan = Plan(
            MediumShape with
            {
                Embedding = embedding,
                FeedForward = feedForward,
                Heads = heads,
                KvHeads = keyHeads,
            },
            new LoadParameters
            {
                ContextLength = 8192,
                KvCacheType = type,
                FlashAttention = flashAttention,
                DeviceCount = 2,
            }
        );

        AssertClose(first, plan.Devices[1].ComputeBytes, allowedMebibytes: 1.1);
        AssertClose(second, plan.Devices[2].ComputeBytes, allowedMebibytes: 1.1);
        AssertClose(host, plan.Host.ComputeBytes, allowedMebibytes: 1.1);
    }

    // One software GPU with three of eight layers and the output: matrices of the host's layers are staged on it.
    [Theory]
    [InlineData(1024, 4096, 8, 4, 4096, 1, KvCacheType.F16, 44)]
    [InlineData(2048, 5632, 16, 8, 8192, 1, KvCacheType.F16, 71)]
    [InlineData(2048, 5632, 16, 8, 8192, 1, KvCacheType.Q8_0, 82)]
    [InlineData(2048, 5632, 16, 8, 8192, 4, KvCacheType.Q8_0, 100)]
    public void Plan_HalfOffloaded_ComputeIsNeverLessThanMeasured(
        int embedding,
        int feedForward,
        int heads,
        int keyHeads,
        int context,
        int sequences,
        KvCacheType type,
        double measured
    )
    {
        MemoryPlan plan = Plan(
            MediumShape with
            {
                Embedding = embedding,
                FeedForward = feedForward,
                Heads = heads,
                KvHeads = keyHeads,
            },
            new LoadParameters
            {
                ContextLength = context,
                ParallelSequences = sequences,
                KvCacheType = type,
                DeviceCount = 1,
                GpuLayers = 4,
            }
        );

        AssertClose(measured, plan.Devices[1].ComputeBytes, allowedMebibytes: 31);
    }

    private static ModelShape MediumShape =>
        new()
        {
            Layers = 8,
            HeadLength = 128,
            Vocabulary = 32000,
            Type = GgmlType.F16,
        };

    [Fact]
    public void Plan_UnknownArchitecture_IsRefusedWithTheRemedy()
    {
        UnsupportedArchitectureException error = Assert.Throws<UnsupportedArchitectureException>(() =>
            Plan(new ModelShape { Architecture = "unknown" }, new LoadParameters())
        );

        Assert.Equal("unknown", error.Architecture);
        Assert.Contains("spec.memory.override", error.Message, StringComparison.Ordinal);
    }

    public static TheoryData<LoadParameters, string> Impossible =>
        new()
        {
            {
                new LoadParameters { ContextLength = 0 },
                "context length"
            },
            {
                new LoadParameters { ParallelSequences = 0 },
                "Parallel sequences"
            },
            {
                new LoadParameters { ContextLength = 2_000_000_000, ParallelSequences = 2 },
                "too large"
            },
            {
                new LoadParameters { KvCacheType = KvCacheType.Q8_0, FlashAttention = false },
                "flash attention"
            },
            {
                new LoadParameters { DeviceCount = 2, TensorSplit = [1] },
                "one share"
            },
            {
                new LoadParameters { DeviceCount = 1, GpuLayers = -1 },
                "GPU layers"
            },
            {
                new LoadParameters { DeviceCount = 2, SplitMode = SplitMode.Row },
                "split by layers"
            },
        };

    [Theory]
    [MemberData(nameof(Impossible), DisableDiscoveryEnumeration = true)]
    public void Plan_ImpossibleParameters_SaysWhich(LoadParameters parameters, string expected)
    {
        InvalidLoadParametersException error = Assert.Throws<InvalidLoadParametersException>(() =>
            Plan(new ModelShape(), parameters)
        );

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Plan_PartOfASplitModel_AsksForAllParts()
    {
        GgufFile part = ReadFile(
            new GgufBuilder()
                .Text("general.architecture", "llama")
                .UInt32("split.no", 0)
                .UInt32("split.count", 2)
                .UInt32("split.tensors.count", 1)
                .Build()
        );

        InvalidModelException error = Assert.Throws<InvalidModelException>(() =>
            MemoryPlanner.Plan(part, new LoadParameters())
        );

        Assert.Contains("2 parts", error.Message, StringComparison.Ordinal);
    }

    private static void AssertClose(double measured, long planned, double allowedMebibytes) =>
        Assert.InRange((double)planned / Mebibyte, measured - 0.01, measured + allowedMebibytes);

    private static MemoryPlan Plan(ModelShape shape, LoadParameters parameters) =>
        MemoryPlanner.Plan(Read(shape), parameters);

    private static GgufFile Read(ModelShape shape)
    {
        string path = Path.GetTempFileName();
        try
        {
            ModelShapes.WriteSparse(shape, path);
            return GgufReader
                .ReadFileAsync(path, TestContext.Current.CancellationToken)
                .GetAwaiter()
                .GetResult();
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static GgufFile ReadFile(byte[] bytes) =>
        GgufReader
            .ReadAsync(
                new MemoryByteRangeSource(bytes),
                GgufLimits.Default,
                TestContext.Current.CancellationToken
            )
            .GetAwaiter()
            .GetResult();
}
