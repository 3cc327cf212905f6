using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Resources;

namespace LlmOperator.Kubernetes.Models;

/// <summary>Configuration texts.</summary>
[KubernetesResource("", "v1", "ConfigMap", "configmaps")]
public sealed record ConfigMap : KubernetesObject
{
    /// <summary>Texts by key.</summary>
    public IReadOnlyDictionary<string, string>? Data { get; init; }

    /// <summary>Bytes by key; base64 in JSON.</summary>
    public IReadOnlyDictionary<string, byte[]>? BinaryData { get; init; }

    /// <summary>True when the values can never change.</summary>
    public bool? Immutable { get; init; }
}
