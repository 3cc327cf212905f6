using System.Text.Json.Nodes;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Resources;

namespace LlmOperator.Kubernetes.Models;

/// <summary>A machine of the cluster; loosely typed, only read.</summary>
[KubernetesResource("", "v1", "Node", "nodes", Scope = ResourceScope.Cluster)]
public sealed record Node : KubernetesObject
{
    /// <summary>Taints, provider, whether it takes new pods.</summary>
    public JsonObject? Spec { get; init; }

    /// <summary>Addresses, capacity, conditions.</summary>
    public JsonObject? Status { get; init; }
}
