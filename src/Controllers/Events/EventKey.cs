using LlmOperator.Kubernetes.Models;

namespace LlmOperator.Controllers.Events;

/// <summary>What makes two events the same thing happening again. Controller and instance are those of the recorder.</summary>
internal sealed record EventKey(
    EventType Type,
    string Reason,
    string Action,
    ObjectReference Regarding,
    ObjectReference? Related
);
