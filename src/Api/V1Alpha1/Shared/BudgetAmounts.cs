using System.Globalization;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>Amounts of a budget as whole numbers: billionths of a US dollar, or tokens. No floating point, no rounding.</summary>
public static class BudgetAmounts
{
    /// <summary>Units of a US dollar. A millionth would be too coarse: at 0.02 dollars for a million tokens it is the price of fifty.</summary>
    public const long PerUsd = 1_000_000_000;

    /// <summary>What may be spent in a period; 0 when the budget's text is no amount: nothing, rather than everything.</summary>
    public static long LimitOf(Budget budget) =>
        budget.Tokens ?? (long)((UsdAmount.Parse(budget.Usd) ?? 0) * PerUsd);

    /// <summary>An amount for people, in dollars or tokens.</summary>
    public static string Text(Budget budget, long amount) =>
        budget.Usd is null
            ? amount.ToString(CultureInfo.InvariantCulture)
            : ((decimal)amount / PerUsd).ToString("0.00#######", CultureInfo.InvariantCulture);

    /// <summary>When the period of a moment began, in UTC.</summary>
    public static DateTimeOffset StartOf(BudgetPeriod period, DateTimeOffset moment)
    {
        DateTimeOffset utc = moment.ToUniversalTime();
        return period switch
        {
            BudgetPeriod.Hour => new DateTimeOffset(utc.Year, utc.Month, utc.Day, utc.Hour, 0, 0, default),
            BudgetPeriod.Day => new DateTimeOffset(utc.Year, utc.Month, utc.Day, 0, 0, 0, default),
            _ => new DateTimeOffset(utc.Year, utc.Month, 1, 0, 0, 0, default),
        };
    }

    /// <summary>When the period after one begins.</summary>
    public static DateTimeOffset NextAfter(BudgetPeriod period, DateTimeOffset start) =>
        period switch
        {
            BudgetPeriod.Hour => start.AddHours(1),
            BudgetPeriod.Day => start.AddDays(1),
            _ => start.AddMonths(1),
        };
}
