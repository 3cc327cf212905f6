using System.ComponentModel.DataAnnotations;
using LlmOperator.Api.Schema;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>Accounts of one period.</summary>
public sealed record LedgerPeriod
{
    /// <summary>When it began.</summary>
    [Required]
    public DateTimeOffset Start { get; init; }

    /// <summary>What was charged. Never becomes less.</summary>
    [Required]
    [Range(0, long.MaxValue)]
    public long Spent { get; init; }

    /// <summary>What lost routers held when their leases ran out: it may have been spent, and counts so.</summary>
    [Required]
    [Range(0, long.MaxValue)]
    public long Forfeited { get; init; }

    /// <summary>What the routers hold, one entry each.</summary>
    [ListMap("holder")]
    [MaxLength(64)]
    public IReadOnlyList<LedgerLease> Leases { get; init; } = [];
}
