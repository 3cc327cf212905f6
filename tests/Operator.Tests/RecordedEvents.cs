using System.Collections.Concurrent;
using LlmOperator.Controllers.Events;
using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Operator.Tests;

/// <summary>Keeps what was told. Thread-safe.</summary>
internal sealed class RecordedEvents : IEventRecorder
{
    private readonly ConcurrentQueue<string> _told = new();

    /// <summary>Each as <c>Type Reason: note</c>, in order.</summary>
    public IReadOnlyList<string> Told => [.. _told];

    public void Record(
        KubernetesObject regarding,
        EventType type,
        string reason,
        string action,
        string note,
        KubernetesObject? related = null
    ) => _told.Enqueue($"{type} {reason}: {note}");
}
