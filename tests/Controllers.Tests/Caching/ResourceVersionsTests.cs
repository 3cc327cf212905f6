using LlmOperator.Controllers.Caching;

namespace LlmOperator.Controllers.Tests.Caching;

public sealed class ResourceVersionsTests
{
    [Theory]
    [Trait("Semantics", "C31")]
    [InlineData("9", "10", -1)]
    [InlineData("10", "9", 1)]
    [InlineData("123", "124", -1)]
    [InlineData("99999999999999999999", "99999999999999999998", 1)]
    [InlineData("7", "7", 0)]
    [InlineData("0", "1", -1)]
    [InlineData("01", "1", null)]
    [InlineData("a", "1", null)]
    [InlineData("", "1", null)]
    [InlineData(null, "1", null)]
    [InlineData("-1", "1", null)]
    public void Compare_Versions_AreDecimalsOrUnknown(string? left, string? right, int? expected)
    {
        int? order = ResourceVersions.Compare(left, right);

        Assert.Equal(expected, order is { } o ? Math.Sign(o) : null);
    }
}
