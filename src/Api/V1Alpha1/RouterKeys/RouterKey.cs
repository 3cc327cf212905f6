using LlmOperator.Api.Schema;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Resources;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>
/// An API key of the router, by its hash: who may ask what, how much, and until when. It opens the models, roles and
/// policies of its own namespace. <c>llmop key create</c> makes one.
/// </summary>
[KubernetesResource(
    WellKnown.Group,
    WellKnown.Version,
    "RouterKey",
    "routerkeys",
    ShortNames = ["rk"],
    Categories = [WellKnown.Category]
)]
[PrinterColumn(
    "Ready",
    "string",
    ".status.conditions[?(@.type==\"Ready\")].status",
    Description = "Whether it opens something."
)]
[PrinterColumn("Expires", "date", ".spec.expires", Description = "When it stops to open anything.")]
[PrinterColumn(
    "Message",
    "string",
    ".status.conditions[?(@.type==\"Ready\")].message",
    Priority = 1,
    Description = "What is missing and what to do."
)]
[PrinterColumn("Age", "date", ".metadata.creationTimestamp", Description = "Time since creation.")]
public sealed record RouterKey : CustomResource<RouterKeySpec, RoutingStatus>;
