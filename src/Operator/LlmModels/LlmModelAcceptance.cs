using LlmOperator.Api.V1Alpha1;
using LlmOperator.Api.Validation;
using LlmOperator.Operator.ModelCatalogs;

namespace LlmOperator.Operator.LlmModels;

/// <summary>Checks a spec and looks its sources up in the catalogs. Pure.</summary>
internal static class LlmModelAcceptance
{
    /// <summary>Name of the only variant of a model with a single source.</summary>
    public const string DefaultVariant = "default";

    /// <summary>Whether a spec is sound and allowed.</summary>
    /// <param name="spec">Spec.</param>
    /// <param name="catalogs">All catalogs.</param>
    /// <param name="allowFiles">Whether files of the operator's own machine may be read.</param>
    public static Acceptance Check(LlmModelSpec spec, CatalogIndex catalogs, bool allowFiles)
    {
        IReadOnlyList<SpecProblem> problems = LlmModelValidation.Check(spec);
        if (problems.Count > 0)
        {
            return new Acceptance.Refused(ConditionReason.InvalidSpec, string.Join("; ", problems) + ".");
        }

        List<SourceVariant> variants = [];
        IEnumerable<SourceVariant> declared = spec.Variants is { Count: > 0 } list
            ? list.Select(v => new SourceVariant(v.Name, v.Source))
            : [new SourceVariant(DefaultVariant, spec.Source!)];
        foreach (SourceVariant variant in declared)
        {
            if (Add(variants, variant, catalogs, spec.Variants is { Count: > 0 }) is { } refused)
            {
                return refused;
            }
        }

        Acceptance? forbidden = Forbidden(variants, spec, catalogs, allowFiles);
        return forbidden ?? new Acceptance.Accepted(variants);
    }

    private static Acceptance.Refused? Add(
        List<SourceVariant> variants,
        SourceVariant variant,
        CatalogIndex catalogs,
        bool isNamed
    )
    {
        if (variant.Source.Catalog is not { } reference)
        {
            variants.Add(variant);
            return null;
        }

        if (catalogs.Find(reference.Name) is not { } entry)
        {
            return new Acceptance.Refused(
                LlmModelConditions.SourceNotFound,
                $"No catalog lists a model \"{reference.Name}\"{catalogs.Suggest(reference.Name)}."
            );
        }

        List<ModelVariant> found =
        [
            .. entry.Variants.Where(v => reference.Variant is null || v.Name == reference.Variant),
        ];
        if (found.Count == 0)
        {
            string known = string.Join(", ", entry.Variants.Select(v => v.Name));
            return new Acceptance.Refused(
                LlmModelConditions.SourceNotFound,
                $"Catalog model \"{entry.Name}\" has no variant \"{reference.Variant}\"; it has {known}."
            );
        }

        // A named variant of a spec is one variant; an unnamed reference brings all that the entry has.
        variants.AddRange(
            isNamed
                ? [new SourceVariant(variant.Name, found[0].Source)]
                : found.Select(v => new SourceVariant(v.Name, v.Source))
        );
        return null;
    }

    private static Acceptance.Refused? Forbidden(
        List<SourceVariant> variants,
        LlmModelSpec spec,
        CatalogIndex catalogs,
        bool allowFiles
    )
    {
        if (!allowFiles && variants.Any(v => v.Source.File is not null))
        {
            return new Acceptance.Refused(
                LlmModelConditions.SourceRefused,
                "File sources are not allowed by this operator (--allow-file-sources); use another source."
            );
        }

        SourceVariant? unlisted = catalogs.CatalogOnlyBy is not null
            ? variants.FirstOrDefault(v => !catalogs.Lists(v.Source))
            : null;
        if (unlisted is null)
        {
            return null;
        }

        string wanted = spec.Source?.Catalog?.Name ?? Describe(unlisted.Source);
        return new Acceptance.Refused(
            LlmModelConditions.SourceRefused,
            $"Only models of a catalog are allowed (policy of ModelCatalog {catalogs.CatalogOnlyBy}), and none lists {wanted}{catalogs.Suggest(wanted)}."
        );
    }

    private static string Describe(ModelSource source) =>
        source.Ollama?.Name
        ?? source.HuggingFace?.Repo
        ?? source.Http?.Url.Split('?')[0]
        ?? source.Oci?.Reference
        ?? source.File?.Path
        ?? "";
}
