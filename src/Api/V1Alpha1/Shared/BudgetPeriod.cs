namespace LlmOperator.Api.V1Alpha1;

/// <summary>Over which time a budget counts. All periods begin in UTC: a budget is not divided anew by a change of clocks.</summary>
public enum BudgetPeriod
{
    /// <summary>From minute 0 of each hour.</summary>
    Hour,

    /// <summary>From 00:00 UTC.</summary>
    Day,

    /// <summary>From 00:00 UTC on the first of the month.</summary>
    Month,
}
