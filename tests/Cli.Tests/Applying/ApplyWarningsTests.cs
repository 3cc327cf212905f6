using LlmOperator.Api.V1Alpha1;
using LlmOperator.Cli.Applying;

namespace LlmOperator.Cli.Tests.Applying;

public sealed class ApplyWarningsTests
{
    private const string Head = "apiVersion: llmoperator.dev/v1alpha1\nkind: LlmModel\n";

    private static readonly ModelCatalog s_only = new()
    {
        Metadata = new() { Name = "allowed" },
        Spec = new ModelCatalogSpec
        {
            Policy = CatalogPolicy.CatalogOnly,
            Models =
            [
                new CatalogModel
                {
                    Name = "coder",
                    Variants =
                    [
                        new ModelVariant
                        {
                            Name = "Q8_0",
                            Source = new ModelSource { Ollama = new OllamaModelSource { Name = "coder:q8" } },
                        },
                    ],
                },
            ],
        },
    };

    [Fact]
    public async Task Of_UnlistedModel_IsNamedWithTheNearest() =>
        Assert.Equal(
            [
                "LlmModel other will not be accepted: Only models of a catalog are allowed (policy of ModelCatalog allowed), and none lists codre; the nearest are coder.",
            ],
            await WarningsAsync("metadata: { name: other }\nspec: { source: { ollama: { name: codre } } }\n")
        );

    [Theory]
    [InlineData("metadata: { name: m }\nspec: { source: { catalog: { name: coder } } }\n")]
    [InlineData("metadata: { name: m }\nspec: { source: { ollama: { name: coder:q8 } } }\n")]
    // A part of an object, as several managers apply it.
    [InlineData("metadata: { name: m }\nspec: { placement: { replicas: 2 } }\n")]
    public async Task Of_ListedModelOrPart_SaysNothing(string text) =>
        Assert.Empty(await WarningsAsync(text));

    private static async Task<IReadOnlyList<string>> WarningsAsync(string text)
    {
        using StringReader input = new(Head + text);
        return ApplyWarnings.Of(
            await ManifestReader.ReadAsync(["-"], input, TestContext.Current.CancellationToken),
            [s_only],
            "llm"
        );
    }
}
