using System.ComponentModel.DataAnnotations;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>Sampling where the client does not say. Decimal numbers are written as strings, as Kubernetes allows no floats.</summary>
public sealed record SamplingDefaults
{
    /// <summary>Temperature from 0 to 2, for example <c>"0.2"</c>.</summary>
    [RegularExpression("^(0|1)(\\.[0-9]{1,4})?$|^2(\\.0{1,4})?$")]
    public string? Temperature { get; init; }

    /// <summary>Nucleus sampling from 0 to 1, for example <c>"0.9"</c>.</summary>
    [RegularExpression("^0(\\.[0-9]{1,4})?$|^1(\\.0{1,4})?$")]
    public string? TopP { get; init; }

    /// <summary>Most tokens of an answer.</summary>
    [Range(1, 16_777_216)]
    public int? MaxTokens { get; init; }
}
