namespace LlmOperator.Api.V1Alpha1;

/// <summary>Empty: what the routers write stands in the spec, as with a Lease, so that a backup of the cluster keeps what was spent.</summary>
public sealed record BudgetLedgerStatus;
