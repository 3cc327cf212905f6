using System.ComponentModel.DataAnnotations;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>A request header and its value.</summary>
public sealed record HeaderMatch
{
    /// <summary>Name, whatever the case.</summary>
    [Required]
    [RegularExpression("^[A-Za-z0-9-]+$")]
    [MaxLength(128)]
    public string Name { get; init; } = "";

    /// <summary>Value, exact.</summary>
    [Required]
    [MaxLength(1024)]
    public string Value { get; init; } = "";
}
