using LlmOperator.Models.Sources;

namespace LlmOperator.Models.Tests.Sources;

public sealed class OllamaNameTests
{
    [Theory]
    [InlineData("qwen2.5-coder:7b", null, "library", "qwen2.5-coder", "7b", "qwen2.5-coder:7b")]
    [InlineData("llama3", null, "library", "llama3", "latest", "llama3:latest")]
    [InlineData("me/mine:v1", null, "me", "mine", "v1", "me/mine:v1")]
    [InlineData(
        "localhost:5000/me/mine",
        "localhost:5000",
        "me",
        "mine",
        "latest",
        "localhost:5000/me/mine:latest"
    )]
    public void Parse_ValidName_HasAllParts(
        string text,
        string? host,
        string @namespace,
        string model,
        string tag,
        string shown
    )
    {
        OllamaName name = OllamaName.Parse(text);

        Assert.Equal((host, @namespace, model, tag), (name.Host, name.Namespace, name.Model, name.Tag));
        Assert.Equal(shown, name.ToString());
        Assert.Equal(name, OllamaName.Parse(shown));
    }

    [Theory]
    [InlineData("")]
    [InlineData(":tag")]
    [InlineData("model:")]
    [InlineData("-model")]
    [InlineData("../model")]
    [InlineData("a/../model")]
    [InlineData("model:..")]
    [InlineData("mo..del")]
    [InlineData("name.space/model")]
    [InlineData("a/b/c/d")]
    [InlineData("https://host/ns/model")]
    [InlineData("mo\\del")]
    [InlineData("mo\0del")]
    [InlineData("mo del")]
    [InlineData("host:port:more/ns/model")]
    [InlineData("user@host/ns/model")]
    public void TryParse_UnsafeName_IsRefused(string text)
    {
        Assert.False(OllamaName.TryParse(text, out _));
    }
}
