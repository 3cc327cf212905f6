using System.Text;
using LlmOperator.Router.Balancing.Prefixes;

namespace LlmOperator.Router.Tests.Balancing.Prefixes;

public sealed class PromptBlocksTests
{
    private static readonly byte[] s_text = Encoding.UTF8.GetBytes(
        string.Join(' ', Enumerable.Range(0, 200))
    );

    [Fact]
    public void Of_LongerPromptWithTheSameBeginning_HasTheSameBlocksFirst()
    {
        ulong[] whole = PromptBlocks.Of(s_text, salt: 1);

        Assert.Equal(s_text.Length / PromptBlocks.Length, whole.Length);
        Assert.Equal(whole[..5], PromptBlocks.Of(s_text.AsSpan(0, (5 * PromptBlocks.Length) + 10), salt: 1));
    }

    [Fact]
    public void Of_OneByteDiffers_EveryBlockFromThereOnDiffers()
    {
        byte[] other = [.. s_text];
        other[3 * PromptBlocks.Length] ^= 1;
        (ulong[] left, ulong[] right) = (PromptBlocks.Of(s_text, salt: 1), PromptBlocks.Of(other, salt: 1));

        Assert.Equal(left[..3], right[..3]);
        Assert.All(left[3..].Zip(right[3..]), pair => Assert.NotEqual(pair.First, pair.Second));
    }

    [Fact]
    public void Of_OtherCaller_SharesNothing() =>
        Assert.Empty(
            PromptBlocks
                .Of(s_text, PromptBlocks.Salt("team-a/key", null))
                .Intersect(PromptBlocks.Of(s_text, PromptBlocks.Salt("team-b/key", null)))
        );
}
