using LlmOperator.Api.Schema;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Resources;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>A list of supported models, with their sources by quantisation.</summary>
[KubernetesResource(
    WellKnown.Group,
    WellKnown.Version,
    "ModelCatalog",
    "modelcatalogs",
    Scope = ResourceScope.Cluster,
    ShortNames = ["mc"],
    Categories = [WellKnown.Category]
)]
[PrinterColumn(
    "Policy",
    "string",
    ".spec.policy",
    Description = "Whether models outside of catalogs are refused."
)]
[PrinterColumn("Models", "integer", ".status.models", Description = "Number of models listed.")]
[PrinterColumn(
    "Ready",
    "string",
    ".status.conditions[?(@.type==\"Ready\")].status",
    Description = "Whether the catalog is sound."
)]
[PrinterColumn("Age", "date", ".metadata.creationTimestamp", Description = "Time since creation.")]
public sealed record ModelCatalog : CustomResource<ModelCatalogSpec, ModelCatalogStatus>;
