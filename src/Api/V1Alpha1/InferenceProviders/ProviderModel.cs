using System.ComponentModel.DataAnnotations;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>A model of a provider.</summary>
public sealed record ProviderModel
{
    /// <summary>Name in routes.</summary>
    [Required]
    [MaxLength(253)]
    public string Name { get; init; } = "";

    /// <summary>Name that the provider knows; the same as <see cref="Name"/> by default.</summary>
    [MaxLength(253)]
    public string? UpstreamName { get; init; }

    /// <summary>Tokens that prompt and answer may have together; absent when not known.</summary>
    [Range(1, 16_777_216)]
    public int? ContextLength { get; init; }

    /// <summary>Most tokens that one answer may have, as the provider limits them. Budgets reserve so many where the client gives no limit of its own; 4096 where it is absent.</summary>
    [Range(1, 16_777_216)]
    public int? MaxOutputTokens { get; init; }

    /// <summary>What it costs; nothing where it is absent.</summary>
    public ModelPrice? Price { get; init; }
}
