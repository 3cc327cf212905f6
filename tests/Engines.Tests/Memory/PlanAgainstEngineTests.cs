using LlmOperator.Engines.LlamaCpp;
using LlmOperator.Models.Gguf;
using LlmOperator.Models.Memory;
using LlmOperator.Testing.Engine;
using LlmOperator.Testing.Gguf;
using LlmOperator.Testing.Gguf.Shapes;

namespace LlmOperator.Engines.Tests.Memory;

/// <summary>The planner against the engine's own projection, on sparse files of real shapes.</summary>
public sealed class PlanAgainstEngineTests(EngineFixture fixture) : IClassFixture<EngineFixture>
{
    private const double Mebibyte = 1 << 20;

    // The projection prints whole MiB and a row for repacked weights of its own: up to one MiB is lost in each.
    private const double RoundingMebibytes = 2;

    // Small inputs that the plan rounds: a few KiB, and the last digit that the engine prints.
    private const double SmallMebibytes = 0.1;

    // How much more than the engine the plan may count for compute buffers.
    private const double ComputeMargin = 0.10;

    private static readonly Dictionary<string, ModelShape> s_shapes = new()
    {
        ["llama-8b"] = new()
        {
            Layers = 32,
            Embedding = 4096,
            Heads = 32,
            KvHeads = 8,
            HeadLength = 128,
            FeedForward = 14336,
            Vocabulary = 128256,
            Type = GgmlType.Q4_K,
            EmbeddingType = GgmlType.Q6_K,
        },
        ["mixtral-8x7b"] = new()
        {
            Layers = 32,
            Embedding = 4096,
            Heads = 32,
            KvHeads = 8,
            HeadLength = 128,
            FeedForward = 14336,
            Experts = 8,
            ExpertsUsed = 2,
            ExpertFeedForward = 14336,
            Vocabulary = 32000,
            Type = GgmlType.Q4_0,
        },
        ["qwen2-7b"] = new()
        {
            Architecture = "qwen2",
            Layers = 28,
            Embedding = 3584,
            Heads = 28,
            KvHeads = 4,
            HeadLength = 128,
            FeedForward = 18944,
            Vocabulary = 152064,
            Type = GgmlType.Q8_0,
            AttentionBias = true,
        },
        ["qwen3-0.6b"] = new()
        {
            Architecture = "qwen3",
            Layers = 28,
            Embedding = 1024,
            Heads = 16,
            KvHeads = 8,
            HeadLength = 128,
            FeedForward = 3072,
            Vocabulary = 151936,
            Type = GgmlType.Q8_0,
            AttentionNorm = true,
            Tied = true,
        },
        ["qwen3-30b-a3b"] = new()
        {
            Architecture = "qwen3moe",
            Layers = 48,
            Embedding = 2048,
            Heads = 32,
            KvHeads = 4,
            HeadLength = 128,
            FeedForward = 6144,
            Experts = 128,
            ExpertsUsed = 8,
            ExpertFeedForward = 768,
            Vocabulary = 151936,
            Type = GgmlType.Q4_K,
            EmbeddingType = GgmlType.Q6_K,
            AttentionNorm = true,
        },
        ["gemma-2b"] = new()
        {
            Architecture = "gemma",
            Layers = 18,
            Embedding = 2048,
            Heads = 8,
            KvHeads = 1,
            HeadLength = 256,
            FeedForward = 16384,
            Vocabulary = 256000,
            Type = GgmlType.Q4_0,
            Tied = true,
        },
        ["gemma2-2b"] = new()
        {
            Architecture = "gemma2",
            Layers = 26,
            Embedding = 2304,
            Heads = 8,
            KvHeads = 4,
            HeadLength = 256,
            FeedForward = 9216,
            Vocabulary = 256000,
            Type = GgmlType.Q4_0,
            Tied = true,
            PostNorms = true,
            SlidingWindow = 4096,
        },
        ["gemma3-4b"] = new()
        {
            Architecture = "gemma3",
            Layers = 34,
            Embedding = 2560,
            Heads = 8,
            KvHeads = 4,
            HeadLength = 256,
            FeedForward = 10240,
            Vocabulary = 262208,
            Type = GgmlType.Q4_0,
            Tied = true,
            AttentionNorm = true,
            PostNorms = true,
            SlidingWindow = 1024,
        },
    };

    // The other architectures of the list, at a size that only tells whether the rules hold.
    private static readonly string[] s_small =
    [
        "llama",
        "mistral3",
        "smollm3",
        "minicpm",
        "exaone",
        "ernie4_5",
        "hunyuan-dense",
        "xverse",
        "baichuan",
        "deci",
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, int, int, KvCacheType, bool> Cases
    {
        get
        {
            TheoryData<string, int, int, KvCacheType, bool> cases = [];
            foreach (string shape in s_shapes.Keys)
            {
                cases.Add(shape, 8192, 4, KvCacheType.Q8_0, true);
                cases.Add(
                    shape,
                    4096,
                    1,
                    KvCacheType.F16,
                    shape is "llama-8b" or "qwen3-30b-a3b" or "gemma2-2b"
                );
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Plan_RealShapeOnTheHost_IsTheEnginesProjection(
        string name,
        int context,
        int sequences,
        KvCacheType type,
        bool flashAttention
    ) =>
        await CompareAsync(
            s_shapes[name],
            new LoadParameters
            {
                ContextLength = context,
                ParallelSequences = sequences,
                KvCacheType = type,
                FlashAttention = flashAttention,
            }
        );

    [Fact]
    public async Task Plan_EverySupportedArchitecture_IsTheEnginesProjection()
    {
        Assert.Equal(
            Architectures.Supported,
            s_small
                .Concat(s_shapes.Values.Select(shape => shape.Architecture))
                .Concat(RealShapes.All.Select(shape => shape.Architecture))
                .Distinct()
                .Order(StringComparer.Ordinal)
        );
        foreach (string architecture in s_small)
        {
            ModelShape shape = new()
            {
                Architecture = architecture,
                Layers = 3,
                Embedding = 1024,
                Heads = 8,
                KvHeads = 4,
                HeadLength = 128,
                FeedForward = 4096,
                Vocabulary = 32000,
                Type = GgmlType.F16,
                AttentionNorm = architecture is "hunyuan-dense",
            };
            await CompareAsync(shape, new LoadParameters { ContextLength = 2048 });
        }
    }

    private async Task CompareAsync(ModelShape shape, LoadParameters parameters)
    {
        string folder = fixture.NewFolder();
        string path = Path.Combine(folder, "shape.gguf");
        ModelShapes.WriteSparse(shape, path);
        MemoryPlan plan = MemoryPlanner.Plan(await GgufReader.ReadFileAsync(path, Token), parameters);

        EngineProjection projection = await fixture.Engine.ProjectAsync(
            new EngineLaunch
            {
                Alias = "shape",
                Model = path,
                Load = parameters,
                RuntimeFolder = folder,
            },
            Token
        );

        File.Delete(path);
        ProjectedDevice host = projection.Host;
        string difference =
            $"{shape.Architecture}: planned {Text(plan.Host)}, the engine projects {Text(host)}";
        TestContext.Current.TestOutputHelper?.WriteLine(difference);
        Assert.True(plan.KvCacheBytes == projection.KvCacheBytes, difference);
        double weights = (plan.WeightsBytes - host.ModelBytes) / Mebibyte;
        Assert.True(weights is >= 0 and <= RoundingMebibytes, difference);
        double compute = plan.ComputeBytes / Mebibyte;
        double projected = host.ComputeBytes / Mebibyte;
        Assert.True(
            compute >= projected - SmallMebibytes
                && compute <= (projected * (1 + ComputeMargin)) + RoundingMebibytes,
            difference
        );
    }

    private static string Text(DeviceMemory memory) =>
        $"{memory.WeightsBytes / Mebibyte:0.00}/{memory.KvCacheBytes / Mebibyte:0.00}/{memory.ComputeBytes / Mebibyte:0.00} MiB";

    private static string Text(ProjectedDevice memory) =>
        $"{memory.ModelBytes / Mebibyte:0}/{memory.ContextBytes / Mebibyte:0}/{memory.ComputeBytes / Mebibyte:0.00} MiB";
}
