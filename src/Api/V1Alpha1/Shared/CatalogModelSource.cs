using System.ComponentModel.DataAnnotations;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>A model that a ModelCatalog lists.</summary>
public sealed record CatalogModelSource
{
    /// <summary>Name of the entry.</summary>
    [Required]
    [MaxLength(253)]
    public string Name { get; init; } = "";

    /// <summary>Variant of the entry, for example <c>Q4_K_M</c>; all of its variants, best first, by default.</summary>
    [MaxLength(64)]
    public string? Variant { get; init; }
}
