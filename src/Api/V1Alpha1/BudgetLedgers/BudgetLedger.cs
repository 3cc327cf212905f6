using LlmOperator.Api.Schema;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Resources;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>
/// What was spent of one budget, and which router holds which part of it. Written by the routers alone, each write on
/// condition that nobody else wrote in between. It vanishes with the object that has the budget.
/// </summary>
[KubernetesResource(
    WellKnown.Group,
    WellKnown.Version,
    "BudgetLedger",
    "budgetledgers",
    ShortNames = ["bl"],
    Categories = [WellKnown.Category]
)]
[PrinterColumn("Kind", "string", ".spec.owner.kind", Description = "Kind of the object that has the budget.")]
[PrinterColumn("Owner", "string", ".spec.owner.name", Description = "Object that has the budget.")]
[PrinterColumn("Budget", "string", ".spec.owner.budget", Description = "Name of the budget.")]
[PrinterColumn("Spent", "integer", ".spec.periods[0].spent", Description = "Spent in the present period.")]
[PrinterColumn("Age", "date", ".metadata.creationTimestamp", Description = "Time since creation.")]
public sealed record BudgetLedger : CustomResource<BudgetLedgerSpec, BudgetLedgerStatus>;
