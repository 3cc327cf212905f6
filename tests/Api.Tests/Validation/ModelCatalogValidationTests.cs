using LlmOperator.Api.V1Alpha1;
using LlmOperator.Api.Validation;

namespace LlmOperator.Api.Tests.Validation;

public sealed class ModelCatalogValidationTests
{
    [Fact]
    public void Check_TwoEntriesOfOneName_NamesTheSecond()
    {
        CatalogModel model = new()
        {
            Name = "demo",
            Variants =
            [
                new ModelVariant
                {
                    Name = "Q8_0",
                    Source = new ModelSource { Ollama = new OllamaModelSource { Name = "demo" } },
                },
            ],
        };

        Assert.Empty(ModelCatalogValidation.Check(new ModelCatalogSpec { Models = [model] }));
        Assert.Equal(
            ["spec.models[1].name"],
            ModelCatalogValidation.Check(new ModelCatalogSpec { Models = [model, model] }).Select(p => p.Path)
        );
    }

    [Fact]
    public void Check_EntryThatRefersToACatalog_IsRefused()
    {
        CatalogModel model = new()
        {
            Name = "demo",
            Variants =
            [
                new ModelVariant
                {
                    Name = "Q8_0",
                    Source = new ModelSource { Catalog = new CatalogModelSource { Name = "demo" } },
                },
            ],
        };

        Assert.Equal(
            ["spec.models[0].variants[0].source.catalog"],
            ModelCatalogValidation.Check(new ModelCatalogSpec { Models = [model] }).Select(p => p.Path)
        );
    }
}
