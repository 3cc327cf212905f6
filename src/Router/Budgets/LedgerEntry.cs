using LlmOperator.Api.V1Alpha1;

namespace LlmOperator.Router.Budgets;

/// <summary>What one router writes of itself into one period of a ledger.</summary>
/// <param name="Charge">What is added to what was spent.</param>
/// <param name="Lease">What it then holds; null to leave no entry.</param>
internal sealed record LedgerEntry(long Charge, LedgerLease? Lease);
