using LlmOperator.Api.Validation;

namespace LlmOperator.Api.Tests.Validation;

public sealed class NearestNamesTests
{
    [Theory]
    [InlineData("coder", "coder", 0)]
    [InlineData("coder", "CODER", 0)]
    [InlineData("coder", "codre", 2)]
    [InlineData("coder", "code", 1)]
    [InlineData("", "abc", 3)]
    [InlineData("kitten", "sitting", 3)]
    public void Distance_Names_CountsChanges(string left, string right, int expected)
    {
        Assert.Equal(expected, NearestNames.Distance(left, right));
        Assert.Equal(expected, NearestNames.Distance(right, left));
    }

    [Fact]
    public void Of_Names_AreTheNearestInOrder() =>
        Assert.Equal(
            ["code", "coder", "coders", "mode-a", "mode-b"],
            NearestNames.Of(["coders", "vision-large", "coder", "mode-b", "code", "mode-a"], "code")
        );

    [Fact]
    public void Of_NameOfAnyLength_CostsNothing()
    {
        string wanted = new('x', 1 << 20);

        Assert.Equal(["a", "b"], NearestNames.Of(["b", "a"], wanted));
    }
}
