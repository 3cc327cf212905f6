using System.ComponentModel.DataAnnotations;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>One setting of an engine.</summary>
public sealed record EngineArgument
{
    /// <summary>Name of the setting.</summary>
    [Required]
    [RegularExpression("^[a-z][a-z0-9-]*$")]
    [MaxLength(64)]
    public string Name { get; init; } = "";

    /// <summary>Value; absent for a switch.</summary>
    [MaxLength(256)]
    public string? Value { get; init; }
}
