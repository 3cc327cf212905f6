using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Caching;

namespace LlmOperator.Operator.ModelCatalogs;

/// <summary>The catalogs as the cache shows them.</summary>
internal sealed class CatalogLister(ILister<ModelCatalog> catalogs)
{
    /// <summary>All catalogs that are not being deleted.</summary>
    public CatalogIndex Index => new(catalogs.List().Where(c => !c.IsBeingDeleted));
}
