using System.ComponentModel.DataAnnotations;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>What a model costs, in US dollars for each million tokens. Decimal numbers are written as strings, as Kubernetes allows no floats; at most six decimals.</summary>
public sealed record ModelPrice
{
    /// <summary>Tokens of the prompt, for example <c>"0.15"</c>.</summary>
    [Required]
    [RegularExpression(UsdAmount.Pattern)]
    public string InputPerMillion { get; init; } = "";

    /// <summary>Tokens of the prompt that the provider had in its cache; the same as <see cref="InputPerMillion"/> where it is absent.</summary>
    [RegularExpression(UsdAmount.Pattern)]
    public string? CachedInputPerMillion { get; init; }

    /// <summary>Tokens of the answer, those of its reasoning included, for example <c>"0.60"</c>.</summary>
    [Required]
    [RegularExpression(UsdAmount.Pattern)]
    public string OutputPerMillion { get; init; } = "";
}
