using LlmOperator.Router.Balancing.Prefixes;

namespace LlmOperator.Router.Tests.Balancing.Prefixes;

public sealed class BlockCacheTests
{
    [Fact]
    public void LongestMatch_EndsAtTheFirstBlockThatIsNotThere()
    {
        BlockCache cache = new(capacity: 10);
        cache.Add([1, 2, 3, 4]);

        Assert.Equal(2, cache.LongestMatch([1, 2, 9, 4]));
        Assert.Equal(4, cache.LongestMatch([1, 2, 3, 4, 5]));
        Assert.Equal(0, cache.LongestMatch([9, 1, 2]));
    }

    [Fact]
    public void Add_BeyondCapacity_DropsWhatWasNotUsedForLongestAndEndsFirst()
    {
        BlockCache cache = new(capacity: 6);
        cache.Add([1, 2, 3]);
        cache.Add([11, 12, 13]);
        cache.Add([1, 2, 3]);
        cache.Add([21, 22]);

        Assert.Equal(6, cache.Count);
        Assert.Equal(3, cache.LongestMatch([1, 2, 3]));
        Assert.Equal(1, cache.LongestMatch([11, 12, 13]));
        Assert.Equal(2, cache.LongestMatch([21, 22]));
    }

    [Fact]
    public void Add_PromptLongerThanTheReplica_KeepsItsBeginning()
    {
        BlockCache cache = new(capacity: 3);
        cache.Add([1, 2, 3, 4, 5]);

        Assert.Equal(3, cache.LongestMatch([1, 2, 3, 4, 5]));
        cache.Clear();
        Assert.Equal(0, cache.LongestMatch([1]));
    }
}
