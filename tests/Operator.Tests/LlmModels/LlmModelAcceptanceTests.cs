using LlmOperator.Api.V1Alpha1;
using LlmOperator.Operator.LlmModels;
using LlmOperator.Operator.ModelCatalogs;

namespace LlmOperator.Operator.Tests.LlmModels;

public sealed class LlmModelAcceptanceTests
{
    private static readonly ModelSource s_listed = Ollama("listed:q8");

    private static ModelSource Ollama(string name) =>
        new() { Ollama = new OllamaModelSource { Name = name } };

    private static ModelSource FromCatalog(string name, string? variant = null) =>
        new()
        {
            Catalog = new CatalogModelSource { Name = name, Variant = variant },
        };

    private static CatalogIndex Catalog(CatalogPolicy policy) =>
        new([
            new ModelCatalog
            {
                Metadata = new() { Name = "c" },
                Spec = new ModelCatalogSpec
                {
                    Policy = policy,
                    Models =
                    [
                        new CatalogModel
                        {
                            Name = "coder",
                            Variants =
                            [
                                new ModelVariant { Name = "Q8_0", Source = s_listed },
                                new ModelVariant { Name = "Q4_K_M", Source = Ollama("listed:q4") },
                            ],
                        },
                    ],
                },
            },
        ]);

    private static Acceptance Check(LlmModelSpec spec, CatalogPolicy policy = CatalogPolicy.Open) =>
        LlmModelAcceptance.Check(spec, Catalog(policy), allowFiles: false);

    private static IEnumerable<string> Variants(Acceptance acceptance) =>
        Assert
            .IsType<Acceptance.Accepted>(acceptance)
            .Variants.Select(v => $"{v.Name} {v.Source.Ollama?.Name}");

    [Fact]
    public void Check_SingleSource_IsTheDefaultVariant() =>
        Assert.Equal(["default any:1"], Variants(Check(new LlmModelSpec { Source = Ollama("any:1") })));

    [Fact]
    public void Check_CatalogEntry_BringsAllItsVariants() =>
        Assert.Equal(
            ["Q8_0 listed:q8", "Q4_K_M listed:q4"],
            Variants(Check(new LlmModelSpec { Source = FromCatalog("coder") }))
        );

    [Fact]
    public void Check_CatalogEntryWithVariant_BringsThatOne() =>
        Assert.Equal(
            ["Q4_K_M listed:q4"],
            Variants(Check(new LlmModelSpec { Source = FromCatalog("coder", "Q4_K_M") }))
        );

    [Fact]
    public void Check_UnknownEntryOrVariant_IsRefusedWithSuggestions()
    {
        Acceptance.Refused entry = Assert.IsType<Acceptance.Refused>(
            Check(new LlmModelSpec { Source = FromCatalog("codre") })
        );
        Acceptance.Refused variant = Assert.IsType<Acceptance.Refused>(
            Check(new LlmModelSpec { Source = FromCatalog("coder", "Q2_K") })
        );

        Assert.Equal("No catalog lists a model \"codre\"; the nearest are coder.", entry.Message);
        Assert.Equal(
            "Catalog model \"coder\" has no variant \"Q2_K\"; it has Q8_0, Q4_K_M.",
            variant.Message
        );
    }

    [Fact]
    public void Check_CatalogOnly_TakesListedSourcesAlone()
    {
        Assert.IsType<Acceptance.Accepted>(
            Check(new LlmModelSpec { Source = s_listed }, CatalogPolicy.CatalogOnly)
        );
        Acceptance.Refused refused = Assert.IsType<Acceptance.Refused>(
            Check(new LlmModelSpec { Source = Ollama("other") }, CatalogPolicy.CatalogOnly)
        );
        Assert.Equal(LlmModelConditions.SourceRefused, refused.Reason);
        Assert.Equal(
            "Only models of a catalog are allowed (policy of ModelCatalog c), and none lists other; the nearest are coder.",
            refused.Message
        );
    }

    [Fact]
    public void Check_CatalogOnly_TakesAListedSourceWithOtherMirrorsAndRefresh() =>
        // Neither changes which bytes are meant.
        Assert.IsType<Acceptance.Accepted>(
            Check(
                new LlmModelSpec
                {
                    Source = s_listed with
                    {
                        Refresh = SourceRefresh.OnChange,
                        Mirrors =
                        [
                            new SourceMirror { Ollama = new OllamaModelSource { Name = "near/listed:q8" } },
                        ],
                    },
                },
                CatalogPolicy.CatalogOnly
            )
        );

    [Fact]
    public void Check_FileSource_IsRefusedUnlessAllowed()
    {
        LlmModelSpec spec = new()
        {
            Source = new ModelSource { File = new FileModelSource { Path = "/m.gguf" } },
        };

        Assert.Equal(LlmModelConditions.SourceRefused, Assert.IsType<Acceptance.Refused>(Check(spec)).Reason);
        Assert.IsType<Acceptance.Accepted>(
            LlmModelAcceptance.Check(spec, Catalog(CatalogPolicy.Open), allowFiles: true)
        );
    }

    [Fact]
    public void Fingerprint_ChangesWithTheSourcesAlone()
    {
        LlmModelSpec spec = new() { Source = Ollama("a") };

        Assert.Equal(
            Assert.IsType<Acceptance.Accepted>(Check(spec)).Fingerprint,
            Assert.IsType<Acceptance.Accepted>(Check(spec with { ParallelSequences = 4 })).Fingerprint
        );
        Assert.NotEqual(
            Assert.IsType<Acceptance.Accepted>(Check(spec)).Fingerprint,
            Assert.IsType<Acceptance.Accepted>(Check(new LlmModelSpec { Source = Ollama("b") })).Fingerprint
        );
    }
}
