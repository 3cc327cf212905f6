using LlmOperator.Models.Gguf;
using LlmOperator.Models.Memory;
using LlmOperator.Testing.Gguf;

namespace LlmOperator.Models.Tests.Memory;

public sealed class ProjectorMemoryTests
{
    private const int FloatBytes = 4;

    // Google's projector of Gemma 3 (SigLIP, 896 pixels): 4096 patches, one class more.
    private static readonly ProjectorShape s_gemma3 = new()
    {
        ImageSize = 896,
        Embedding = 1152,
        FeedForward = 4304,
        Heads = 16,
        Layers = 27,
        Projection = 2560,
        Scale = 4,
    };

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    public async Task Plan_Projector_LiesOnTheFirstDevice(int devices, int place)
    {
        GgufFile projector = await ReadAsync(s_gemma3.Builder());

        MemoryPlan plan = await PlanAsync(
            projector,
            // The model itself is all on the last device.
            new LoadParameters { DeviceCount = devices, TensorSplit = devices == 2 ? [0, 1] : [] }
        );

        Assert.Equal(
            projector.Tensors.Sum(tensor => tensor.SizeBytes),
            Term(plan, place, MemoryTermKind.ProjectorWeights)
        );
        Assert.All(
            plan.Devices.Where((_, index) => index != place),
            device => Assert.DoesNotContain(device.Terms, t => t.Kind == MemoryTermKind.ProjectorWeights)
        );
    }

    [Fact]
    public async Task Plan_ImagesOfOneSize_ComputeGrowsWithPatchesWidthAndFeedForward()
    {
        long compute = await ComputeAsync(s_gemma3);

        Assert.Equal(4097L * FloatBytes * ((4 * 1152) + 4304 + (3 * 14 * 14)), compute);
        Assert.Equal(
            4097L * FloatBytes * ((6 * 1152) + (3 * 14 * 14)),
            await ComputeAsync(s_gemma3 with { FeedForward = 1152 })
        );
        Assert.Equal(1025 * compute / 4097, await ComputeAsync(s_gemma3 with { ImageSize = 448 }));
    }

    [Fact]
    public async Task Plan_WithoutFlashAttention_ScoresOfAllHeadsAreCounted()
    {
        long without = await ComputeAsync(s_gemma3, new LoadParameters { FlashAttention = false });

        Assert.Equal(4097L * FloatBytes * ((6 * 1152) + (4097L * 16) + (3 * 14 * 14)), without);
    }

    [Theory]
    [InlineData("qwen2vl_merger", 4096 * 4)]
    [InlineData("pixtral", 1024)]
    public async Task Plan_ImagesOfAnySize_TheLargestThatTheEngineTakesIsCounted(string kind, int patches)
    {
        ProjectorShape shape = s_gemma3 with { Kind = kind, FeedForward = 1024, ImageSize = 560 };
        long rows = kind == "pixtral" ? (4L * 1152) + Math.Max(3 * 1024, 2 * 2560) : 6 * 1152;

        Assert.Equal(patches * FloatBytes * (rows + (3 * 14 * 14)), await ComputeAsync(shape));
    }

    [Fact]
    public async Task Plan_SizeOfTheEncoderIsNotStated_TheReserveIsKept()
    {
        GgufFile convolutions = await ReadAsync(
            new GgufBuilder()
                .Text("general.architecture", "clip")
                .Text("clip.projector_type", "gemma3nv")
                .Boolean("clip.has_vision_encoder", true)
                .Tensor("v.conv_stem.conv.weight", GgmlType.F16, [3, 3, 3, 64])
        );

        MemoryPlan plan = await PlanAsync(convolutions, new LoadParameters());

        Assert.Equal(MemoryConstants.ProjectorReserveBytes, Term(plan, 0, MemoryTermKind.ProjectorCompute));
    }

    [Fact]
    public async Task Plan_ImpossibleSizes_AreBoundedOrRefused()
    {
        GgufBuilder builder = new GgufBuilder()
            .Text("general.architecture", "clip")
            .Boolean("clip.has_vision_encoder", true)
            .UInt32("clip.vision.image_size", 1 << 20)
            .UInt32("clip.vision.patch_size", 1)
            .UInt32("clip.vision.embedding_length", 1 << 20)
            .UInt32("clip.vision.attention.head_count", 1 << 20)
            .Tensor("v.blk.0.ffn_up.weight", GgmlType.F32, [64, 64]);

        MemoryPlan plan = await PlanAsync(
            await ReadAsync(builder),
            new LoadParameters { FlashAttention = false }
        );

        Assert.True(plan.Host.TotalBytes > 1L << 50);
    }

    [Fact]
    public async Task Plan_FileThatIsNoProjector_IsRefused()
    {
        InvalidModelException error = await Assert.ThrowsAsync<InvalidModelException>(async () =>
            await PlanAsync(await ReadAsync(ModelShapes.Builder(new(), null)), new LoadParameters())
        );

        Assert.Contains("general.architecture", error.Message, StringComparison.Ordinal);
    }

    private static async Task<long> ComputeAsync(ProjectorShape shape, LoadParameters? load = null)
    {
        MemoryPlan plan = await PlanAsync(
            await ReadAsync(shape.Builder()),
            (load ?? new LoadParameters()) with
            {
                DeviceCount = 1,
            }
        );
        return Term(plan, 1, MemoryTermKind.ProjectorCompute);
    }

    private static long Term(MemoryPlan plan, int place, MemoryTermKind kind) =>
        plan.Devices[place].Terms.Where(term => term.Kind == kind).Sum(term => term.Bytes);

    private static async Task<MemoryPlan> PlanAsync(GgufFile projector, LoadParameters load) =>
        MemoryPlanner.Plan(
            new ModelFiles
            {
                Parts = [await ReadAsync(ModelShapes.Builder(new ModelShape(), null))],
                Projector = projector,
            },
            load
        );

    private static async Task<GgufFile> ReadAsync(GgufBuilder builder) =>
        await GgufReader.ReadAsync(
            new MemoryByteRangeSource(builder.Build()),
            GgufLimits.Default,
            TestContext.Current.CancellationToken
        );
}
