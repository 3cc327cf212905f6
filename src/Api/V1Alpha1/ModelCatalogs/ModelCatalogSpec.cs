using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using LlmOperator.Api.Schema;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>The models of a catalog.</summary>
public sealed record ModelCatalogSpec
{
    /// <summary>CatalogOnly refuses every LlmModel whose source no catalog lists.</summary>
    [DefaultValue(CatalogPolicy.Open)]
    public CatalogPolicy Policy { get; init; } = CatalogPolicy.Open;

    /// <summary>The models.</summary>
    [ListMap("name")]
    [MaxLength(1000)]
    public IReadOnlyList<CatalogModel> Models { get; init; } = [];
}
