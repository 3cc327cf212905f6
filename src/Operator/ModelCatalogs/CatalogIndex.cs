using LlmOperator.Api.V1Alpha1;
using LlmOperator.Api.Validation;
using LlmOperator.Operator.Replicas;

namespace LlmOperator.Operator.ModelCatalogs;

/// <summary>All catalogs, searchable. Immutable.</summary>
internal sealed class CatalogIndex
{
    private readonly Dictionary<string, CatalogModel> _models = [];
    private readonly HashSet<string> _sources = [];

    public CatalogIndex(IEnumerable<ModelCatalog> catalogs)
    {
        // Where two catalogs have an entry of the same name, the first by name counts.
        foreach (ModelCatalog catalog in catalogs.OrderBy(c => c.Metadata.Name, StringComparer.Ordinal))
        {
            if (catalog.Spec.Policy == CatalogPolicy.CatalogOnly)
            {
                CatalogOnlyBy ??= catalog.Metadata.Name;
            }

            foreach (CatalogModel model in catalog.Spec.Models)
            {
                _models.TryAdd(model.Name, model);
                _sources.UnionWith(model.Variants.Select(v => CandidateIds.TextOf(v.Source)));
            }
        }
    }

    /// <summary>The catalog that refuses models that none lists; null when none does.</summary>
    public string? CatalogOnlyBy { get; }

    /// <summary>The entry of a name, or null.</summary>
    public CatalogModel? Find(string name) => _models.GetValueOrDefault(name);

    /// <summary>True when some entry has this very source.</summary>
    public bool Lists(ModelSource source) => _sources.Contains(CandidateIds.TextOf(source));

    /// <summary>The nearest names as a half sentence, or what to do when there are none.</summary>
    public string Suggest(string name)
    {
        IReadOnlyList<string> nearest = NearestNames.Of(_models.Keys, name);
        return nearest.Count == 0
            ? "; add it to a ModelCatalog"
            : $"; the nearest are {string.Join(", ", nearest)}";
    }
}
