using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Events;
using LlmOperator.Controllers.Status;
using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Operator.LlmModels;

/// <summary>Turns changes of conditions into events: each change is told once.</summary>
internal static class LlmModelTransitions
{
    /// <summary>Records what changed from the status of the object to a new one.</summary>
    public static void Record(IEventRecorder events, LlmModel model, LlmModelStatus now)
    {
        Tell(LlmModelConditions.Accepted, LlmModelEvents.Inspected, LlmModelEvents.NotAccepted);
        Tell(LlmModelConditions.Placed, LlmModelEvents.Placed, LlmModelEvents.NotPlaced);
        Tell(LlmModelConditions.Ready, LlmModelEvents.Ready, null);
        Condition? before = Before(LlmModelConditions.Ready);
        if (before?.Status == ConditionStatus.True && Now(LlmModelConditions.Ready) is { } lost)
        {
            if (lost.Status != ConditionStatus.True)
            {
                Record(EventType.Warning, LlmModelEvents.NotReady, lost);
            }
        }

        if (
            Now(LlmModelConditions.Degraded) is { Status: ConditionStatus.True } degraded
            && Before(LlmModelConditions.Degraded)?.Status != ConditionStatus.True
        )
        {
            Record(EventType.Warning, LlmModelEvents.Degraded, degraded);
        }

        void Tell(string type, string whenTrue, string? whenFalse)
        {
            Condition? old = Before(type);
            if (
                Now(type) is not { } present
                || (old?.Status == present.Status && old.Reason == present.Reason)
            )
            {
                return;
            }

            if (present.Status == ConditionStatus.True && old?.Status != ConditionStatus.True)
            {
                Record(EventType.Normal, whenTrue, present);
            }
            else if (present.Status == ConditionStatus.False && whenFalse is not null)
            {
                Record(EventType.Warning, whenFalse, present);
            }
        }

        Condition? Before(string type) => model.Status?.Conditions.Find(type);

        Condition? Now(string type) => now.Conditions.Find(type);

        void Record(EventType type, string reason, Condition condition) =>
            events.Record(model, type, reason, LlmModelEvents.ReconcileAction, condition.Message);
    }
}
