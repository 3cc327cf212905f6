using System.ComponentModel.DataAnnotations;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>A part of a budget that one router may spend without asking.</summary>
public sealed record LedgerLease
{
    /// <summary>The router; a new name after each start.</summary>
    [Required]
    [MaxLength(253)]
    public string Holder { get; init; } = "";

    /// <summary>What it may still spend.</summary>
    [Required]
    [Range(0, long.MaxValue)]
    public long Amount { get; init; }

    /// <summary>The part of it that requests under way have reserved.</summary>
    [Required]
    [Range(0, long.MaxValue)]
    public long Reserved { get; init; }

    /// <summary>Counts the holder's writes. One that stands still as long as a lease lasts is a lost holder's, by whatever clock.</summary>
    [Required]
    [Range(0, long.MaxValue)]
    public long Renewals { get; init; }
}
