using System.Text.Json.Nodes;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Resources;

namespace LlmOperator.Kubernetes.Models;

/// <summary>Teaches the server a kind; loosely typed, because we write it from generated YAML.</summary>
[KubernetesResource(
    "apiextensions.k8s.io",
    "v1",
    "CustomResourceDefinition",
    "customresourcedefinitions",
    Scope = ResourceScope.Cluster
)]
public sealed record CustomResourceDefinition : KubernetesObject
{
    /// <summary>Group, names, scope, versions with their schemas.</summary>
    public JsonObject? Spec { get; init; }

    /// <summary>Conditions, among them <c>Established</c>.</summary>
    public JsonObject? Status { get; init; }
}
