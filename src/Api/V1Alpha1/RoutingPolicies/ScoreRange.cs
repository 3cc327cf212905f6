using System.ComponentModel.DataAnnotations;
using LlmOperator.Api.Schema;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>A range of scores from 0 to 100.</summary>
[CelRule(
    "!has(self.above) || !has(self.below) || self.above + 1 < self.below",
    "below must be larger than above by at least 2"
)]
public sealed record ScoreRange
{
    /// <summary>More than this.</summary>
    [Range(0, 100)]
    public int? Above { get; init; }

    /// <summary>Less than this.</summary>
    [Range(1, 101)]
    public int? Below { get; init; }
}
