using System.ComponentModel.DataAnnotations;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>One quantisation of a model.</summary>
public sealed record ModelVariant
{
    /// <summary>Name, for example <c>Q4_K_M</c>.</summary>
    [Required]
    [RegularExpression("^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    [MaxLength(64)]
    public string Name { get; init; } = "";

    /// <summary>Where it comes from.</summary>
    [Required]
    public ModelSource Source { get; init; } = new();
}
