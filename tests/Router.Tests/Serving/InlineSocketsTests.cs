using LlmOperator.Router.Serving;

namespace LlmOperator.Router.Tests.Serving;

public sealed class InlineSocketsTests
{
    [Theory]
    [InlineData(null, "1")]
    [InlineData("", "1")]
    [InlineData("0", "0")]
    public void Prefer_OnlyWhereTheEnvironmentSaysNothing_SetsIt(string? before, string after)
    {
        Dictionary<string, string?> environment = new() { [InlineSockets.Setting] = before };

        InlineSockets.Prefer(n => environment[n], (n, value) => environment[n] = value);

        Assert.Equal(after, environment[InlineSockets.Setting]);
    }
}
