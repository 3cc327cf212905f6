using System.ComponentModel.DataAnnotations;
using LlmOperator.Api.Schema;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>What local answers cost: a rate, or power and the price of energy.</summary>
[CelRule(
    "has(self.usdPerMillionTokens) != has(self.watts) && has(self.watts) == has(self.usdPerKilowattHour)",
    "set usdPerMillionTokens, or watts and usdPerKilowattHour"
)]
public sealed record LocalCost
{
    /// <summary>US dollars for each million tokens of prompt and answer, for example <c>"0.05"</c>.</summary>
    [RegularExpression(UsdAmount.Pattern)]
    public string? UsdPerMillionTokens { get; init; }

    /// <summary>Power of a machine while it answers, in watts; times the seconds that an answer takes by the router's measurements.</summary>
    [Range(1, 100_000)]
    public int? Watts { get; init; }

    /// <summary>US dollars for a kilowatt-hour, for example <c>"0.30"</c>.</summary>
    [RegularExpression(UsdAmount.Pattern)]
    public string? UsdPerKilowattHour { get; init; }
}
