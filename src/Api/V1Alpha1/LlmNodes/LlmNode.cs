using LlmOperator.Api.Schema;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Resources;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>
/// A machine that can run models: its devices, memory, engines and stored models. The node agent creates it and
/// writes its status; people set budgets and cordon it.
/// </summary>
[KubernetesResource(
    WellKnown.Group,
    WellKnown.Version,
    "LlmNode",
    "llmnodes",
    Scope = ResourceScope.Cluster,
    ShortNames = ["ln"],
    Categories = [WellKnown.Category]
)]
[MaxNameLength(63)]
[PrinterColumn(
    "Ready",
    "string",
    ".status.conditions[?(@.type==\"Ready\")].status",
    Description = "Whether the agent reports and the node takes models."
)]
[PrinterColumn("Devices", "string", ".status.summary.devices", Description = "Devices with their memory.")]
[PrinterColumn("Free", "string", ".status.summary.free", Description = "Memory not reserved, per device.")]
[PrinterColumn("Engine", "string", ".status.summary.engine", Description = "Engine and version.")]
[PrinterColumn(
    "Scheduling",
    "string",
    ".spec.scheduling",
    Priority = 1,
    Description = "Whether new replicas may be placed here."
)]
[PrinterColumn("Address", "string", ".status.address", Priority = 1, Description = "Where the agent serves.")]
[PrinterColumn("Age", "date", ".metadata.creationTimestamp", Description = "Time since creation.")]
public sealed record LlmNode : CustomResource<LlmNodeSpec, LlmNodeStatus>;
