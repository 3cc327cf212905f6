using System.ComponentModel.DataAnnotations;
using LlmOperator.Api.Schema;
using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>A supported model.</summary>
[CelRule(
    "self.variants.all(v, !has(v.source.catalog))",
    "a catalog cannot refer to a catalog; name the source itself"
)]
public sealed record CatalogModel
{
    /// <summary>Name that <c>source.catalog.name</c> takes.</summary>
    [Required]
    [RegularExpression("^[a-z0-9]([a-z0-9._-]*[a-z0-9])?$")]
    [MaxLength(253)]
    public string Name { get; init; } = "";

    /// <summary>What it is, in a sentence.</summary>
    [MaxLength(1024)]
    public string? Description { get; init; }

    /// <summary>Licence, SPDX where there is one.</summary>
    [MaxLength(128)]
    public string? License { get; init; }

    /// <summary>What it is good at, for example <c>code</c>, <c>tools</c>, <c>vision</c>.</summary>
    [ListSet]
    [MaxLength(32)]
    public IReadOnlyList<string>? Skills { get; init; }

    /// <summary>GPU memory from which this model is the recommended one of its kind.</summary>
    public Quantity? RecommendedMemory { get; init; }

    /// <summary>Its quantisations, best first.</summary>
    [Required]
    [MinLength(1)]
    [ListMap("name")]
    [MaxLength(16)]
    public IReadOnlyList<ModelVariant> Variants { get; init; } = [];
}
