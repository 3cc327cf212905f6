using LlmOperator.Api.V1Alpha1;

namespace LlmOperator.Router.Budgets;

/// <summary>A write of which it is not known whether the server took it, or one that is about to be sent.</summary>
/// <param name="Number">Its number, which the ledger then shows.</param>
/// <param name="Entries">What it says of each period.</param>
/// <param name="Sent">Timestamp before it was sent: the lease counts from there.</param>
internal sealed record LedgerWrite(
    long Number,
    IReadOnlyList<(DateTimeOffset Start, LedgerEntry Entry)> Entries,
    long Sent
)
{
    /// <summary>Version of the ledger that it replaces: once the server has another, the write can no longer happen.</summary>
    public required string? Replaces { get; init; }

    /// <summary>The ledger that it makes.</summary>
    public required BudgetLedgerSpec Result { get; init; }
}
