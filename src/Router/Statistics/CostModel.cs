using LlmOperator.Api.V1Alpha1;

namespace LlmOperator.Router.Statistics;

/// <summary>What an answer is expected to cost. Pure.</summary>
internal static class CostModel
{
    private const decimal Million = 1_000_000;
    private const double JoulesPerKilowattHour = 3_600_000;

    /// <summary>Cost at a provider's model; null when it has no price.</summary>
    /// <param name="price">The price.</param>
    /// <param name="promptTokens">Tokens of the prompt.</param>
    /// <param name="outputTokens">Tokens of the answer.</param>
    /// <param name="cachedShare">Part of the prompt that is expected to be in the provider's cache, 0 to 1.</param>
    public static decimal? Remote(ModelPrice? price, int promptTokens, int outputTokens, double cachedShare)
    {
        if (
            price is null
            || UsdAmount.Parse(price.InputPerMillion) is not { } input
            || UsdAmount.Parse(price.OutputPerMillion) is not { } output
        )
        {
            return null;
        }

        decimal cached = promptTokens * (decimal)cachedShare;
        decimal cachedInput = UsdAmount.Parse(price.CachedInputPerMillion) ?? input;
        return ((input * (promptTokens - cached)) + (cachedInput * cached) + (output * outputTokens))
            / Million;
    }

    /// <summary>Cost on our own nodes; zero where the policy states none. By power it is null until the time is known.</summary>
    public static decimal? Local(LocalCost? cost, int promptTokens, int outputTokens, double? seconds)
    {
        if (cost is null)
        {
            return 0;
        }

        if (UsdAmount.Parse(cost.UsdPerMillionTokens) is { } rate)
        {
            return rate * (promptTokens + (decimal)outputTokens) / Million;
        }

        return
            cost.Watts is { } watts
            && UsdAmount.Parse(cost.UsdPerKilowattHour) is { } energy
            && seconds is { } time
            ? energy * (decimal)(watts * time / JoulesPerKilowattHour)
            : null;
    }
}
