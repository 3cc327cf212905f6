using LlmOperator.Api.V1Alpha1;
using LlmOperator.Operator.LlmModels;

namespace LlmOperator.Operator.Tests.LlmModels;

public sealed class ContextLadderTests
{
    [Theory]
    [InlineData(32768, 8192, 131072, new[] { 32768, 16384, 8192 })]
    [InlineData(32768, null, 131072, new[] { 32768 })]
    [InlineData(32768, 8192, 16384, new[] { 16384, 8192 })]
    [InlineData(32768, 8192, 4096, new[] { 4096 })]
    [InlineData(10000, 3000, 0, new[] { 10000, 4864, 3000 })]
    [InlineData(4096, 1, 0, new[] { 4096, 2048, 1024, 512, 256, 1 })]
    [InlineData(200, 128, 0, new[] { 200, 128 })]
    public void Of_Range_HalvesDownToTheMinimum(int preferred, int? minimum, int trained, int[] expected) =>
        Assert.Equal(
            expected,
            ContextLadder.Of(new ContextRange { Preferred = preferred, Minimum = minimum }, trained)
        );
}
