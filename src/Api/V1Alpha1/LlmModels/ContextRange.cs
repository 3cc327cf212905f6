using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using LlmOperator.Api.Schema;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>Context lengths in tokens a sequence. What the model itself was trained for is the upper limit.</summary>
[CelRule(
    "!has(self.preferred) || !has(self.minimum) || self.minimum <= self.preferred",
    "minimum must not be larger than preferred"
)]
public sealed record ContextRange
{
    /// <summary>Context that is tried first.</summary>
    [DefaultValue(4096)]
    [Range(128, 16_777_216)]
    public int Preferred { get; init; } = 4096;

    /// <summary>Least context that is still of use; between the two the largest that fits is chosen. The preferred one by default.</summary>
    [Range(128, 16_777_216)]
    public int? Minimum { get; init; }
}
