using System.ComponentModel.DataAnnotations;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>How far a budget is used in its present period. Amounts are US dollars or tokens, as the budget counts.</summary>
public sealed record BudgetStatus
{
    /// <summary>Name of the budget.</summary>
    [Required]
    public string Name { get; init; } = "";

    /// <summary>When the period began.</summary>
    public DateTimeOffset PeriodStart { get; init; }

    /// <summary>What may be spent in the period.</summary>
    public string Limit { get; init; } = "";

    /// <summary>What was spent, by the counts of engines and providers.</summary>
    public string Spent { get; init; } = "";

    /// <summary>What requests under way have reserved, as far as the routers have said.</summary>
    public string Reserved { get; init; } = "";

    /// <summary>What the routers hold for requests, the reserved part included.</summary>
    public string Leased { get; init; } = "";

    /// <summary>What routers held that were lost before they said what of it was spent: it counts as spent.</summary>
    public string? Forfeited { get; init; }

    /// <summary>What is neither spent nor held.</summary>
    public string Remaining { get; init; } = "";
}
