using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Controllers.Events;

/// <summary>Tells people what happened to an object, as Kubernetes Events. Never blocks and never fails (C48). Thread-safe.</summary>
public interface IEventRecorder
{
    /// <summary>Records an event. Dropped when too many wait.</summary>
    /// <param name="regarding">Object that the event is about.</param>
    /// <param name="type">Normal or Warning.</param>
    /// <param name="reason">CamelCase and specific, for example <c>ReplicaCreated</c>; at most 128 characters.</param>
    /// <param name="action">CamelCase: what was done, for example <c>Place</c>; at most 128 characters.</param>
    /// <param name="note">For people; cut at 1,024 bytes.</param>
    /// <param name="related">Second object, for example the child that was created.</param>
    void Record(
        KubernetesObject regarding,
        EventType type,
        string reason,
        string action,
        string note,
        KubernetesObject? related = null
    );
}
