using LlmOperator.Api.V1Alpha1;
using LlmOperator.Router.Dialects.OpenAi;
using LlmOperator.Router.Policies;

namespace LlmOperator.Router.Budgets;

/// <summary>What tokens cost at a target, exactly: decimal numbers, rounded up once to a whole billionth of a dollar.</summary>
/// <param name="Input">US dollars for a million tokens of the prompt.</param>
/// <param name="CachedInput">The same for what the provider had in its cache.</param>
/// <param name="Output">The same for tokens of the answer.</param>
internal sealed record TargetPrice(decimal Input, decimal CachedInput, decimal Output)
{
    private const decimal PerMillion = 1_000_000;

    /// <summary>Nothing.</summary>
    public static TargetPrice Free { get; } = new(0, 0, 0);

    /// <summary>Price of a candidate; local models and models without a price are free.</summary>
    public static TargetPrice Of(Candidate candidate) =>
        candidate is Candidate.Remote { Model.Price: { } price } ? Of(price) : Free;

    /// <summary>Reads a price.</summary>
    public static TargetPrice Of(ModelPrice price)
    {
        decimal input = UsdAmount.Parse(price.InputPerMillion) ?? 0;
        return new TargetPrice(
            input,
            UsdAmount.Parse(price.CachedInputPerMillion) ?? input,
            UsdAmount.Parse(price.OutputPerMillion) ?? 0
        );
    }

    /// <summary>Cost in billionths of a dollar.</summary>
    public long CostOf(TokenUsage usage)
    {
        long cached = Math.Clamp(usage.CachedPrompt, 0, usage.Prompt);
        decimal usd =
            ((usage.Prompt - cached) * Input + cached * CachedInput + usage.Completion * Output) / PerMillion;
        return (long)Math.Min(long.MaxValue / 4, Math.Ceiling(usd * BudgetAmounts.PerUsd));
    }
}
