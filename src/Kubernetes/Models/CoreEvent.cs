using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Resources;

namespace LlmOperator.Kubernetes.Models;

/// <summary>Something that happened to an object, in the older API (core/v1), for servers without events.k8s.io/v1.</summary>
[KubernetesResource("", "v1", "Event", "events")]
public sealed record CoreEvent : KubernetesObject
{
    /// <summary>Object that it is about.</summary>
    public ObjectReference? InvolvedObject { get; init; }

    /// <summary>Why it happened.</summary>
    public string? Reason { get; init; }

    /// <summary>For people; at most 1,024 bytes.</summary>
    public string? Message { get; init; }

    /// <summary>Who saw it.</summary>
    public CoreEventSource? Source { get; init; }

    /// <summary>When it first happened.</summary>
    public DateTimeOffset? FirstTimestamp { get; init; }

    /// <summary>When it last happened.</summary>
    public DateTimeOffset? LastTimestamp { get; init; }

    /// <summary>How often.</summary>
    public int Count { get; init; }

    /// <summary><c>Normal</c> or <c>Warning</c>.</summary>
    public string? Type { get; init; }
}
