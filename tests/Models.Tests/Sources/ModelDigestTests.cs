using LlmOperator.Models.Sources;

namespace LlmOperator.Models.Tests.Sources;

public sealed class ModelDigestTests
{
    private static readonly string s_hex = new('a', 64);

    [Fact]
    public void Parse_EveryAcceptedForm_IsTheSameDigest()
    {
        ModelDigest expected = ModelDigest.Parse("sha256:" + s_hex);

        Assert.Equal(expected, ModelDigest.Parse(s_hex));
        Assert.Equal(expected, ModelDigest.Parse("sha256-" + s_hex));
        Assert.Equal(expected, ModelDigest.Parse("sha256:" + s_hex.ToUpperInvariant()));
        Assert.Equal("sha256:" + s_hex, expected.ToString());
        Assert.Equal("sha256-" + s_hex, expected.FileName);
    }

    [Theory]
    [InlineData("")]
    [InlineData("sha256:")]
    [InlineData("sha256:../../../../../../../../../../../../../../../../../../../../../../etc")]
    [InlineData("sha512:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/")]
    [InlineData("sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData(" sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void TryParse_AnythingElse_IsRefused(string text)
    {
        Assert.False(ModelDigest.TryParse(text, out ModelDigest digest));
        Assert.Equal("", digest.ToString());
        Assert.Throws<InvalidOperationException>(() => digest.FileName);
    }
}
