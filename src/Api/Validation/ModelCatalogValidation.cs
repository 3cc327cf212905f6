using LlmOperator.Api.V1Alpha1;

namespace LlmOperator.Api.Validation;

/// <summary>Checks a ModelCatalog's spec across fields.</summary>
public static class ModelCatalogValidation
{
    /// <summary>All problems of a spec; empty when it is sound.</summary>
    public static IReadOnlyList<SpecProblem> Check(ModelCatalogSpec spec) => [.. Problems(spec)];

    private static IEnumerable<SpecProblem> Problems(ModelCatalogSpec spec)
    {
        foreach ((int index, CatalogModel model) in spec.Models.Index())
        {
            string path = $"spec.models[{index}]";
            if (spec.Models.Take(index).Any(m => m.Name == model.Name))
            {
                yield return new SpecProblem($"{path}.name", $"\"{model.Name}\" is there twice");
            }

            if (model.Variants.Count == 0)
            {
                yield return new SpecProblem($"{path}.variants", "list at least one variant");
            }

            foreach (SpecProblem problem in SourceChecks.Check(model.Variants, $"{path}.variants"))
            {
                yield return problem;
            }

            foreach ((int number, ModelVariant variant) in model.Variants.Index())
            {
                if (variant.Source.Catalog is not null)
                {
                    yield return new SpecProblem(
                        $"{path}.variants[{number}].source.catalog",
                        "a catalog cannot refer to a catalog; name the source itself"
                    );
                }
            }
        }
    }
}
