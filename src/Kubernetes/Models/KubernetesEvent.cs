using System.Text.Json.Serialization;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Resources;
using LlmOperator.Kubernetes.Serialization;

namespace LlmOperator.Kubernetes.Models;

/// <summary>Something that happened to an object, for people (events.k8s.io/v1).</summary>
[KubernetesResource("events.k8s.io", "v1", "Event", "events")]
public sealed record KubernetesEvent : KubernetesObject
{
    /// <summary>When it first happened.</summary>
    [JsonConverter(typeof(MicroTimeConverter))]
    public DateTimeOffset? EventTime { get; init; }

    /// <summary>Set when it happened more than once.</summary>
    public EventSeries? Series { get; init; }

    /// <summary>Controller that saw it, for example <c>llmoperator.dev/operator</c>.</summary>
    public string? ReportingController { get; init; }

    /// <summary>Instance of the controller, for example the pod's name.</summary>
    public string? ReportingInstance { get; init; }

    /// <summary>What was done or failed.</summary>
    public string? Action { get; init; }

    /// <summary>Why it happened.</summary>
    public string? Reason { get; init; }

    /// <summary>Object that it is about.</summary>
    public ObjectReference? Regarding { get; init; }

    /// <summary>Second object.</summary>
    public ObjectReference? Related { get; init; }

    /// <summary>For people; at most 1,024 bytes.</summary>
    public string? Note { get; init; }

    /// <summary><c>Normal</c> or <c>Warning</c>.</summary>
    public string? Type { get; init; }
}
