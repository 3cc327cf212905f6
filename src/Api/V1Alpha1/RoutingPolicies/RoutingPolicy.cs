using LlmOperator.Api.Schema;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Resources;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>Which target gets a request: a mode, ordered rules, a fallback chain and time limits.</summary>
[KubernetesResource(
    WellKnown.Group,
    WellKnown.Version,
    "RoutingPolicy",
    "routingpolicies",
    ShortNames = ["rp"],
    Categories = [WellKnown.Category]
)]
[PrinterColumn(
    "Ready",
    "string",
    ".status.conditions[?(@.type==\"Ready\")].status",
    Description = "Whether everything that it names exists."
)]
[PrinterColumn("Mode", "string", ".spec.mode", Description = "Local, cloud, or both in an order.")]
[PrinterColumn(
    "Message",
    "string",
    ".status.conditions[?(@.type==\"Ready\")].message",
    Priority = 1,
    Description = "What is missing and what to do."
)]
[PrinterColumn("Age", "date", ".metadata.creationTimestamp", Description = "Time since creation.")]
public sealed record RoutingPolicy : CustomResource<RoutingPolicySpec, RoutingStatus>;
