using LlmOperator.Api.V1Alpha1;
using LlmOperator.Api.Validation;
using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Api.Tests.Validation;

/// <summary>What people are told of <c>refresh</c>, <c>refreshInterval</c> and <c>mirrors</c>.</summary>
public sealed class SourceChecksTests
{
    private static readonly ModelSource s_ollama = new() { Ollama = new OllamaModelSource { Name = "demo" } };
    private static readonly ModelSource s_http = new()
    {
        Http = new HttpModelSource { Url = "https://example.com/a.gguf" },
    };
    private static readonly SourceMirror s_mirror = new()
    {
        Oci = new OciModelSource { Reference = "mirror.example/team/demo:v1" },
    };

    public static TheoryData<ModelSource, string> Refused =>
        new()
        {
            {
                s_http with
                {
                    Refresh = SourceRefresh.OnChange,
                },
                "source.refresh: only ollama, huggingFace and oci name something that moves; leave it out"
            },
            {
                new ModelSource
                {
                    File = new FileModelSource { Path = "/a.gguf" },
                    Refresh = SourceRefresh.Interval,
                },
                "source.refresh: only ollama, huggingFace and oci name something that moves; leave it out"
            },
            {
                s_ollama with
                {
                    RefreshInterval = Duration.Parse("1h"),
                },
                "source.refreshInterval: set refresh to Interval, or leave it out"
            },
            {
                s_ollama with
                {
                    Refresh = SourceRefresh.OnChange,
                    RefreshInterval = Duration.Parse("1h"),
                },
                "source.refreshInterval: set refresh to Interval, or leave it out"
            },
            {
                s_ollama with
                {
                    Refresh = SourceRefresh.Interval,
                    RefreshInterval = Duration.Parse("59s"),
                },
                "source.refreshInterval: must be 1m or more"
            },
            {
                new ModelSource
                {
                    File = new FileModelSource { Path = "/a.gguf" },
                    Mirrors = [s_mirror],
                },
                "source.mirrors: a file or a catalog entry has no mirrors; leave it out"
            },
            {
                s_ollama with
                {
                    Mirrors = [s_mirror, new SourceMirror()],
                },
                "source.mirrors[1]: set exactly one of ollama, oci, huggingFace, http"
            },
            {
                s_ollama with
                {
                    Mirrors = [s_mirror with { Ollama = s_ollama.Ollama }],
                },
                "source.mirrors[0]: set exactly one of ollama, oci, huggingFace, http"
            },
            {
                s_ollama with
                {
                    Mirrors =
                    [
                        s_mirror,
                        new SourceMirror { Http = new HttpModelSource { Url = "ftp://example.com/a" } },
                    ],
                },
                "source.mirrors[1].http.url: write an http or https URL without user name and password"
            },
            {
                s_ollama with
                {
                    Mirrors =
                    [
                        new SourceMirror
                        {
                            HuggingFace = new HuggingFaceModelSource { Repo = "a/b", File = "../c.gguf" },
                        },
                    ],
                },
                "source.mirrors[0].huggingFace.file: must not contain \"..\""
            },
        };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Check_RefusedField_IsNamedWithTheRemedy(ModelSource source, string expected)
    {
        SpecProblem problem = Assert.Single(SourceChecks.Check(source, "source"));

        Assert.Equal(expected, $"{problem.Path}: {problem.Message}");
    }

    public static TheoryData<ModelSource> Sound =>
        [
            s_http with
            {
                Refresh = SourceRefresh.Never,
                Mirrors = [s_mirror],
            },
            s_ollama with
            {
                Refresh = SourceRefresh.Interval,
                RefreshInterval = Duration.Parse("1m"),
                Mirrors = [s_mirror, s_mirror],
            },
            s_ollama with
            {
                Refresh = SourceRefresh.OnChange,
            },
        ];

    [Theory]
    [MemberData(nameof(Sound))]
    public void Check_SoundFields_HaveNoProblem(ModelSource source) =>
        Assert.Empty(SourceChecks.Check(source, "source"));
}
