using LlmOperator.Api.Schema;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Resources;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>An endpoint outside of the nodes that speaks the OpenAI protocol: a cloud, or a server of one's own.</summary>
[KubernetesResource(
    WellKnown.Group,
    WellKnown.Version,
    "InferenceProvider",
    "inferenceproviders",
    ShortNames = ["ip"],
    Categories = [WellKnown.Category]
)]
[PrinterColumn(
    "Ready",
    "string",
    ".status.conditions[?(@.type==\"Ready\")].status",
    Description = "Whether its key was found."
)]
[PrinterColumn("URL", "string", ".spec.baseUrl", Description = "Base URL.")]
[PrinterColumn(
    "Message",
    "string",
    ".status.conditions[?(@.type==\"Ready\")].message",
    Priority = 1,
    Description = "What is missing and what to do."
)]
[PrinterColumn("Age", "date", ".metadata.creationTimestamp", Description = "Time since creation.")]
public sealed record InferenceProvider : CustomResource<InferenceProviderSpec, RoutingStatus>;
