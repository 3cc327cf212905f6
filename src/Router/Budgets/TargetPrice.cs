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
    private const decimal JoulesPerKilowattHour = 3_600_000;

    /// <summary>Nothing.</summary>
    public static TargetPrice Free { get; } = new(0, 0, 0);

    /// <summary>US dollars for each second that the target is at work.</summary>
    public decimal Second { get; init; }

    /// <summary>Price of a candidate; what nobody has given a price is free.</summary>
    /// <param name="candidate">The candidate.</param>
    /// <param name="local">What local models cost; null where nobody says.</param>
    public static TargetPrice Of(Candidate candidate, LocalCost? local = null) =>
        candidate switch
        {
            Candidate.Remote { Model.Price: { } price } => Of(price),
            Candidate.Local when local is not null => Of(local),
            _ => Free,
        };

    /// <summary>Reads what local models cost.</summary>
    public static TargetPrice Of(LocalCost cost)
    {
        decimal rate = UsdAmount.Parse(cost.UsdPerMillionTokens) ?? 0;
        decimal energy = UsdAmount.Parse(cost.UsdPerKilowattHour) ?? 0;
        return new TargetPrice(rate, rate, rate)
        {
            Second = energy * (cost.Watts ?? 0) / JoulesPerKilowattHour,
        };
    }

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

    /// <summary>Cost in billionths of a dollar; nothing when the target did nothing.</summary>
    /// <param name="usage">Tokens.</param>
    /// <param name="time">How long the target was at work.</param>
    public long CostOf(TokenUsage usage, TimeSpan time = default)
    {
        if (usage == default)
        {
            return 0;
        }

        long cached = Math.Clamp(usage.CachedPrompt, 0, usage.Prompt);
        decimal usd =
            ((usage.Prompt - cached) * Input + cached * CachedInput + usage.Completion * Output) / PerMillion
            + Second * (decimal)time.TotalSeconds;
        return (long)Math.Min(long.MaxValue / 4, Math.Ceiling(usd * BudgetAmounts.PerUsd));
    }
}
