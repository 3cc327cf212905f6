using LlmOperator.Api.Schema;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Resources;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>A model to run: where it comes from, how much context, how many replicas, where, and when it is in memory.</summary>
[KubernetesResource(
    WellKnown.Group,
    WellKnown.Version,
    "LlmModel",
    "llmmodels",
    ShortNames = ["lm"],
    Categories = [WellKnown.Category]
)]
[MaxNameLength(63)]
[ScaleSubresource(
    ".spec.placement.replicas",
    ".status.replicas.placed",
    LabelSelectorPath = ".status.replicas.selector"
)]
[PrinterColumn(
    "Ready",
    "string",
    ".status.conditions[?(@.type==\"Ready\")].status",
    Description = "Whether requests are answered."
)]
[PrinterColumn(
    "Reason",
    "string",
    ".status.conditions[?(@.type==\"Ready\")].reason",
    Description = "Why, in a word."
)]
[PrinterColumn("Variant", "string", ".status.variant", Description = "Variant that was chosen.")]
[PrinterColumn("Desired", "integer", ".status.replicas.desired", Description = "Replicas wanted.")]
[PrinterColumn("Available", "integer", ".status.replicas.ready", Description = "Replicas that answer.")]
[PrinterColumn(
    "Memory",
    "string",
    ".status.memory.summary",
    Priority = 1,
    Description = "Memory of one replica."
)]
[PrinterColumn(
    "Context",
    "integer",
    ".status.contextLength",
    Priority = 1,
    Description = "Context length that was chosen, in tokens."
)]
[PrinterColumn(
    "Message",
    "string",
    ".status.conditions[?(@.type==\"Ready\")].message",
    Priority = 1,
    Description = "What is missing and what to do."
)]
[PrinterColumn("Age", "date", ".metadata.creationTimestamp", Description = "Time since creation.")]
public sealed record LlmModel : CustomResource<LlmModelSpec, LlmModelStatus>;
