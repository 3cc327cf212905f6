using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Caching;

namespace LlmOperator.Operator.ModelCatalogs;

/// <summary>The catalogs as the cache shows them, indexed once for each state of the cache. Thread-safe.</summary>
internal sealed class CatalogLister(ILister<ModelCatalog> catalogs)
{
    private readonly Lock _lock = new();
    private string? _state;
    private CatalogIndex _index = new([]);

    /// <summary>All catalogs that are not being deleted.</summary>
    public CatalogIndex Index
    {
        get
        {
            List<ModelCatalog> present =
            [
                .. catalogs
                    .List()
                    .Where(c => !c.IsBeingDeleted)
                    .OrderBy(c => c.Metadata.Name, StringComparer.Ordinal),
            ];
            string state = string.Join(' ', present.Select(c => $"{c.Metadata.Uid}/{c.Metadata.Generation}"));
            lock (_lock)
            {
                if (_state != state)
                {
                    (_state, _index) = (state, new CatalogIndex(present));
                }

                return _index;
            }
        }
    }
}
