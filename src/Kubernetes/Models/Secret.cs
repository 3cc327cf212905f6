using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Resources;

namespace LlmOperator.Kubernetes.Models;

/// <summary>A secret. Its text form hides the values.</summary>
[KubernetesResource("", "v1", "Secret", "secrets")]
public sealed record Secret : KubernetesObject
{
    /// <summary>Values by key; base64 in JSON, bytes here.</summary>
    public IReadOnlyDictionary<string, byte[]>? Data { get; init; }

    /// <summary>Values as text, for writing only; the server moves them to <see cref="Data"/>.</summary>
    public IReadOnlyDictionary<string, string>? StringData { get; init; }

    /// <summary>Kind of secret, for example <c>Opaque</c>.</summary>
    public string? Type { get; init; }

    /// <summary>True when the values can never change.</summary>
    public bool? Immutable { get; init; }

    /// <summary>Name only.</summary>
    public override string ToString() => $"Secret {Metadata.Namespace}/{Metadata.Name}";
}
