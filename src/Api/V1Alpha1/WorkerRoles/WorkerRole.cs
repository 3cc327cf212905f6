using LlmOperator.Api.Schema;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Resources;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>A kind of work, such as <c>coder</c>, with the models that do it. Clients name the role as their model.</summary>
[KubernetesResource(
    WellKnown.Group,
    WellKnown.Version,
    "WorkerRole",
    "workerroles",
    ShortNames = ["wr"],
    Categories = [WellKnown.Category]
)]
[PrinterColumn(
    "Ready",
    "string",
    ".status.conditions[?(@.type==\"Ready\")].status",
    Description = "Whether a target of the role exists."
)]
[PrinterColumn(
    "Primary",
    "string",
    ".spec.targets[0].model",
    Description = "Model that does the work first."
)]
[PrinterColumn(
    "Policy",
    "string",
    ".spec.routingPolicyName",
    Description = "Routing policy that the role follows."
)]
[PrinterColumn(
    "Message",
    "string",
    ".status.conditions[?(@.type==\"Ready\")].message",
    Priority = 1,
    Description = "What is missing and what to do."
)]
[PrinterColumn("Age", "date", ".metadata.creationTimestamp", Description = "Time since creation.")]
public sealed record WorkerRole : CustomResource<WorkerRoleSpec, RoutingStatus>;
