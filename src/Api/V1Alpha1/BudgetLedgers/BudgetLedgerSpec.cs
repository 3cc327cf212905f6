using System.ComponentModel.DataAnnotations;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>Accounts of a budget, or of request limits. Amounts are whole billionths of a US dollar, or tokens.</summary>
public sealed record BudgetLedgerSpec
{
    /// <summary>Which budget it is.</summary>
    [Required]
    public LedgerOwner Owner { get; init; } = new();

    /// <summary>The present period, and after it the one before, to which requests that began in it are still charged.</summary>
    [MaxLength(2)]
    public IReadOnlyList<LedgerPeriod> Periods { get; init; } = [];

    /// <summary>What was taken of limits a minute; only in the ledgers of request limits.</summary>
    public LedgerMinute? Minute { get; init; }
}
