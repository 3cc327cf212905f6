using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Pulling;

namespace LlmOperator.NodeAgent.Tests.Pulling;

public sealed class ConfiguredMirrorTests
{
    private static readonly Uri s_mirror = new("http://mirror.example:5000/");
    private static readonly PinnedFile s_file = new(
        ResolvedFileRole.Weights,
        ModelDigest.Parse("sha256:" + new string('a', 64)),
        10,
        "path/in/hub.gguf"
    );

    [Fact]
    public void Of_SourceThatNeedsASecret_IsNotAskedFor()
    {
        Assert.Null(ConfiguredMirror.Of(s_mirror, null, Pinned(Ollama("tiny")), isPrivate: true));
    }

    [Fact]
    public void Of_SourceWithoutDigests_IsNotAskedFor()
    {
        Assert.Null(ConfiguredMirror.Of(s_mirror, null, Ollama("tiny"), isPrivate: false));
    }

    [Theory]
    [InlineData("ollama", "team/tiny:v1")]
    [InlineData("oci", "team/tiny:latest")]
    [InlineData("hub", "acme/tiny:latest")]
    [InlineData("http", "mirrored:latest")]
    public void Of_AnySource_AsksByDigestUnderANameOfTwoParts(string kind, string name)
    {
        Models.Sources.ModelSource source = kind switch
        {
            "ollama" => Ollama("team/tiny:v1"),
            "oci" => new OciSource(OciReference.Parse("registry.example/deep/team/tiny:v1")),
            "hub" => new HuggingFaceSource("acme/tiny"),
            _ => new HttpSource(new Uri("https://example.com/tiny.gguf")),
        };

        PullMirror mirror = ConfiguredMirror.Of(s_mirror, null, Pinned(source), isPrivate: false)!;

        OllamaSource asked = Assert.IsType<OllamaSource>(mirror.Source.Origin);
        Assert.Equal((s_mirror, name), (asked.Registry, asked.Name.ToString()));
        Assert.Equal([s_file with { Path = null }], mirror.Source.Files);
        Assert.Equal("mirror.example:5000", mirror.Name);
    }

    [Fact]
    public void Allow_PlainMirrorInTheSite_MayBeReachedAndGetsNothingElse()
    {
        SourceSettings settings = ConfiguredMirror.Allow(new SourceSettings(), s_mirror);

        Assert.Equal(["mirror.example"], settings.AllowPrivateHosts);
        Assert.Equal(["mirror.example"], settings.AllowPlainHttpHosts);
        Assert.Empty(settings.Tokens);
    }

    private static OllamaSource Ollama(string name) => new(OllamaName.Parse(name));

    private static PinnedSource Pinned(Models.Sources.ModelSource source) => new(source, [s_file], "main");
}
