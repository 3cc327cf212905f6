using System.ComponentModel.DataAnnotations;
using LlmOperator.Api.Schema;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>A range of token counts.</summary>
[CelRule(
    "!has(self.above) || !has(self.below) || self.above + 1 < self.below",
    "below must be larger than above by at least 2"
)]
public sealed record TokenRange
{
    /// <summary>More than this many.</summary>
    [Range(0, 16_777_216)]
    public int? Above { get; init; }

    /// <summary>Fewer than this many.</summary>
    [Range(1, 16_777_216)]
    public int? Below { get; init; }
}
