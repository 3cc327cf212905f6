using System.ComponentModel.DataAnnotations;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>A range of token counts.</summary>
public sealed record TokenRange
{
    /// <summary>More than this many.</summary>
    [Range(0, 16_777_216)]
    public int? Above { get; init; }

    /// <summary>Fewer than this many.</summary>
    [Range(1, 16_777_216)]
    public int? Below { get; init; }
}
