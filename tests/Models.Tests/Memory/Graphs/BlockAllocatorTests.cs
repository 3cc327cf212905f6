using LlmOperator.Models.Memory.Graphs;

namespace LlmOperator.Models.Tests.Memory.Graphs;

public sealed class BlockAllocatorTests
{
    private const long Kibibyte = 1024;

    [Fact]
    public void Allocate_SeveralHoles_TakesTheSmallestThatIsLargeEnough()
    {
        BlockAllocator memory = new(100 * Kibibyte);
        BlockAddress large = memory.Allocate(10 * Kibibyte);
        _ = memory.Allocate(Kibibyte);
        BlockAddress small = memory.Allocate(4 * Kibibyte);
        _ = memory.Allocate(Kibibyte);
        memory.Free(large, 10 * Kibibyte);
        memory.Free(small, 4 * Kibibyte);

        Assert.Equal(small, memory.Allocate(3 * Kibibyte));
        Assert.Equal(16 * Kibibyte, memory.TotalBytes);
    }

    [Fact]
    public void Allocate_LargerThanABlock_HasABlockOfItsOwn()
    {
        BlockAllocator memory = new(100 * Kibibyte);
        _ = memory.Allocate(60 * Kibibyte);

        Assert.Equal(new BlockAddress(1, 0), memory.Allocate(200 * Kibibyte));
        Assert.Equal(260 * Kibibyte, memory.TotalBytes);
    }

    // This is how one small result between two layers doubles the scores: it lies where the last scores were.
    [Fact]
    public void Allocate_RoomInAnotherBlock_IsTakenBeforeABlockGrows()
    {
        BlockAllocator memory = new(100 * Kibibyte);
        _ = memory.Allocate(60 * Kibibyte);
        BlockAddress scores = memory.Allocate(100 * Kibibyte);
        memory.Free(scores, 100 * Kibibyte);

        Assert.Equal(new BlockAddress(1, 0), memory.Allocate(Kibibyte));
        Assert.Equal(new BlockAddress(2, 0), memory.Allocate(100 * Kibibyte));
        Assert.Equal(260 * Kibibyte, memory.TotalBytes);
    }

    [Fact]
    public void Measure_ReadersAreDone_MemoryIsUsedAgain()
    {
        DeviceGraph graph = new();
        GraphTensor first = graph.Compute(10 * Kibibyte);
        GraphTensor second = graph.Compute(10 * Kibibyte, first);
        GraphTensor third = graph.Compute(10 * Kibibyte, second);
        _ = graph.Overwrite(10 * Kibibyte, third);

        Assert.Equal(20 * Kibibyte, graph.Measure(1 << 20));
    }

    [Fact]
    public void Measure_SourceHasAnotherReader_IsNotOverwritten()
    {
        DeviceGraph graph = new();
        GraphTensor stream = graph.Compute(10 * Kibibyte);
        GraphTensor normal = graph.Overwrite(10 * Kibibyte, stream);
        graph.Read(stream, normal);

        Assert.Equal(20 * Kibibyte, graph.Measure(1 << 20));
    }
}
