using LlmOperator.Api.V1Alpha1;

namespace LlmOperator.Router.Tests.Budgets;

/// <summary>A call on a ledger as its caller saw it. Times count the calls' beginnings and ends.</summary>
/// <param name="Begun">When it began.</param>
/// <param name="Ended">When its answer came; never for a lost one.</param>
/// <param name="Replaces">Version that a write replaces; null for a new ledger, and for reads.</param>
/// <param name="Sent">What a write sends; null for reads.</param>
/// <param name="Answer">What came back; null for nothing, a refusal or a lost answer.</param>
/// <param name="IsRefused">The server said no.</param>
internal sealed record LedgerOperation(
    long Begun,
    long Ended,
    string? Replaces,
    BudgetLedgerSpec? Sent,
    BudgetLedger? Answer,
    bool IsRefused
);
