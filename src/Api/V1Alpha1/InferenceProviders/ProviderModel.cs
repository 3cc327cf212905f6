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
}
