using LlmOperator.Api.Schema;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Resources;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>One model on one node. The operator writes the spec, the node's agent the status.</summary>
[KubernetesResource(
    WellKnown.Group,
    WellKnown.Version,
    "ModelReplica",
    "modelreplicas",
    ShortNames = ["mr"],
    Categories = [WellKnown.Category]
)]
[PrinterColumn("Model", "string", ".spec.modelName", Description = "Model that the replica belongs to.")]
[PrinterColumn("Node", "string", ".spec.nodeName", Description = "Node that it is bound to.")]
[PrinterColumn(
    "Ready",
    "string",
    ".status.conditions[?(@.type==\"Ready\")].status",
    Description = "Whether it answers."
)]
[PrinterColumn(
    "Reason",
    "string",
    ".status.conditions[?(@.type==\"Ready\")].reason",
    Description = "Why, in a word."
)]
[PrinterColumn("Pulled", "string", ".status.pull.summary", Description = "Progress of the download.")]
[PrinterColumn(
    "Residency",
    "string",
    ".status.residency",
    Priority = 1,
    Description = "Whether it is in memory."
)]
[PrinterColumn(
    "Tokens/s",
    "integer",
    ".status.performance.generationTokensPerSecond",
    Priority = 1,
    Description = "Measured generation speed."
)]
[PrinterColumn(
    "Message",
    "string",
    ".status.conditions[?(@.type==\"Ready\")].message",
    Priority = 1,
    Description = "What is missing and what to do."
)]
[PrinterColumn("Age", "date", ".metadata.creationTimestamp", Description = "Time since creation.")]
public sealed record ModelReplica : CustomResource<ModelReplicaSpec, ModelReplicaStatus>;
