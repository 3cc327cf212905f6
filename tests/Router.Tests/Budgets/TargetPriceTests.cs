using LlmOperator.Api.V1Alpha1;
using LlmOperator.Router.Budgets;
using LlmOperator.Router.Dialects.OpenAi;

namespace LlmOperator.Router.Tests.Budgets;

public sealed class TargetPriceTests
{
    [Theory]
    [InlineData("0.15", null, "0.60", 1_000_000, 0, 1_000_000, 750_000_000)]
    [InlineData("0.15", "0.075", "0.60", 1_000, 400, 10, 126_000)]
    [InlineData("0.15", null, "0.60", 1, 0, 0, 150)]
    [InlineData("0.000001", null, "0", 1, 0, 0, 1)]
    [InlineData("0", null, "0", 123, 0, 456, 0)]
    [InlineData("3", null, "15", 5, 9, 0, 15_000)]
    public void CostOf_Tokens_IsExactInBillionthsAndRoundedUpOnce(
        string input,
        string? cached,
        string output,
        long prompt,
        long cachedPrompt,
        long completion,
        long cost
    )
    {
        TargetPrice price = TargetPrice.Of(
            new ModelPrice
            {
                InputPerMillion = input,
                CachedInputPerMillion = cached,
                OutputPerMillion = output,
            }
        );

        Assert.Equal(cost, price.CostOf(new TokenUsage(prompt, completion, cachedPrompt)));
    }

    [Fact]
    public void CostOf_LocalRate_CountsPromptAndAnswerAlike()
    {
        TargetPrice price = TargetPrice.Of(new LocalCost { UsdPerMillionTokens = "0.05" });

        Assert.Equal(5_500, price.CostOf(new TokenUsage(100, 10, 40), TimeSpan.FromSeconds(9)));
    }

    [Fact]
    public void CostOf_LocalPower_CountsTheTimeOfWhatWasDone()
    {
        TargetPrice price = TargetPrice.Of(new LocalCost { Watts = 360, UsdPerKilowattHour = "0.50" });

        // 360 W × 10 s = 0.001 kWh.
        Assert.Equal(500_000, price.CostOf(new TokenUsage(100, 10), TimeSpan.FromSeconds(10)));
        Assert.Equal(0, price.CostOf(default, TimeSpan.FromSeconds(10)));
    }
}
