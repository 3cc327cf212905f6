using LlmOperator.Api.V1Alpha1;
using LlmOperator.Api.Validation;
using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Api.Tests.Validation;

public sealed class LlmModelValidationTests
{
    private static readonly ModelSource s_ollama = new() { Ollama = new OllamaModelSource { Name = "demo" } };

    [Fact]
    public void Check_SoundSpec_HasNoProblems() =>
        Assert.Empty(LlmModelValidation.Check(new LlmModelSpec { Source = s_ollama }));

    public static TheoryData<string, LlmModelSpec> Problems =>
        new()
        {
            { "spec", new LlmModelSpec() },
            {
                "spec.source",
                new LlmModelSpec { Source = new ModelSource() }
            },
            {
                "spec.source",
                new LlmModelSpec
                {
                    Source = s_ollama with { File = new FileModelSource { Path = "/a.gguf" } },
                }
            },
            {
                "spec.source.http.url",
                new LlmModelSpec
                {
                    Source = new ModelSource
                    {
                        Http = new HttpModelSource { Url = "https://me:pw@example.com/a" },
                    },
                }
            },
            {
                "spec.source.file.path",
                new LlmModelSpec
                {
                    Source = new ModelSource
                    {
                        File = new FileModelSource { Path = "/models/../../etc/passwd" },
                    },
                }
            },
            {
                "spec.variants[1].name",
                new LlmModelSpec
                {
                    Variants =
                    [
                        new ModelVariant { Name = "Q8_0", Source = s_ollama },
                        new ModelVariant { Name = "Q8_0", Source = s_ollama },
                    ],
                }
            },
            {
                "spec.variants[0].source",
                new LlmModelSpec { Variants = [new ModelVariant { Name = "Q8_0" }] }
            },
            {
                "spec.context.minimum",
                new LlmModelSpec
                {
                    Source = s_ollama,
                    Context = new ContextRange { Preferred = 4096, Minimum = 8192 },
                }
            },
            {
                "spec.memory.override",
                new LlmModelSpec
                {
                    Source = s_ollama,
                    Memory = new MemoryOverride { Override = Quantity.FromBytes(0) },
                }
            },
        };

    [Theory]
    [MemberData(nameof(Problems))]
    public void Check_WrongSpec_NamesTheField(string path, LlmModelSpec spec)
    {
        SpecProblem problem = Assert.Single(LlmModelValidation.Check(spec));

        Assert.Equal(path, problem.Path);
        Assert.NotEmpty(problem.Message);
    }
}
