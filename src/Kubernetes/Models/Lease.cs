using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Resources;

namespace LlmOperator.Kubernetes.Models;

/// <summary>A lease: who leads, or that a node is alive.</summary>
[KubernetesResource("coordination.k8s.io", "v1", "Lease", "leases")]
public sealed record Lease : KubernetesObject
{
    /// <summary>Who holds it, since when, for how long.</summary>
    public LeaseSpec Spec { get; init; } = new();
}
