using System.Text.Json.Nodes;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Resources;

namespace LlmOperator.Kubernetes.Models;

/// <summary>A namespace; loosely typed.</summary>
[KubernetesResource("", "v1", "Namespace", "namespaces", Scope = ResourceScope.Cluster)]
public sealed record Namespace : KubernetesObject
{
    /// <summary>Finalizers of the namespace's content.</summary>
    public JsonObject? Spec { get; init; }

    /// <summary>Phase and conditions.</summary>
    public JsonObject? Status { get; init; }
}
