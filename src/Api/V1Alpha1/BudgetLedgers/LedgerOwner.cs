using System.ComponentModel.DataAnnotations;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>Which budget, or whose request limits, a ledger belongs to.</summary>
public sealed record LedgerOwner
{
    /// <summary>Kind of the object that has the budget, in the same namespace.</summary>
    [Required]
    [MaxLength(63)]
    public string Kind { get; init; } = "";

    /// <summary>Name of the object.</summary>
    [Required]
    [MaxLength(253)]
    public string Name { get; init; } = "";

    /// <summary>Name of the budget; <c>requestLimits</c> for request limits.</summary>
    [Required]
    [MaxLength(40)]
    public string Budget { get; init; } = "";
}
