using LlmOperator.Api.V1Alpha1;
using LlmOperator.Operator.Replicas;

namespace LlmOperator.Operator.ModelCatalogs;

/// <summary>All catalogs, searchable. Immutable.</summary>
internal sealed class CatalogIndex
{
    private const int Suggestions = 3;

    private readonly Dictionary<string, CatalogModel> _models = [];
    private readonly HashSet<string> _sources = [];

    public CatalogIndex(IEnumerable<ModelCatalog> catalogs)
    {
        // Where two catalogs have an entry of the same name, the first by name counts.
        foreach (ModelCatalog catalog in catalogs.OrderBy(c => c.Metadata.Name, StringComparer.Ordinal))
        {
            IsCatalogOnly |= catalog.Spec.Policy == CatalogPolicy.CatalogOnly;
            foreach (CatalogModel model in catalog.Spec.Models)
            {
                _models.TryAdd(model.Name, model);
                _sources.UnionWith(model.Variants.Select(v => CandidateIds.TextOf(v.Source)));
            }
        }
    }

    /// <summary>Some catalog refuses models that none lists.</summary>
    public bool IsCatalogOnly { get; }

    /// <summary>The entry of a name, or null.</summary>
    public CatalogModel? Find(string name) => _models.GetValueOrDefault(name);

    /// <summary>True when some entry has this very source.</summary>
    public bool Lists(ModelSource source) => _sources.Contains(CandidateIds.TextOf(source));

    /// <summary>The nearest names as a half sentence, or what to do when there are none.</summary>
    public string Suggest(string name)
    {
        List<string> nearest =
        [
            .. _models
                .Keys.Select(k => (Name: k, Distance: EditDistance(k, name)))
                .OrderBy(p => p.Distance)
                .ThenBy(p => p.Name, StringComparer.Ordinal)
                .Take(Suggestions)
                .Select(p => p.Name),
        ];
        return nearest.Count == 0
            ? "; add it to a ModelCatalog"
            : $"; the nearest are {string.Join(", ", nearest)}";
    }

    // Levenshtein over lower-case letters.
    private static int EditDistance(string left, string right)
    {
        int[] previous = [.. Enumerable.Range(0, right.Length + 1)];
        for (int i = 1; i <= left.Length; i++)
        {
            int[] current = new int[right.Length + 1];
            current[0] = i;
            for (int j = 1; j <= right.Length; j++)
            {
                bool same = char.ToLowerInvariant(left[i - 1]) == char.ToLowerInvariant(right[j - 1]);
                current[j] = Math.Min(
                    Math.Min(current[j - 1], previous[j]) + 1,
                    previous[j - 1] + (same ? 0 : 1)
                );
            }

            previous = current;
        }

        return previous[right.Length];
    }
}
