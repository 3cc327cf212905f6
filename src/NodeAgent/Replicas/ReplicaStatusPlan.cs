using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Status;
using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.NodeAgent.Replicas;

/// <summary>The status that says a state. Pure.</summary>
internal static class ReplicaStatusPlan
{
    // With the backoff between starts these take minutes.
    private const int CrashLoopRestarts = 5;

    public static ModelReplicaStatus Build(
        ModelReplicaStatus? current,
        ReplicaState state,
        LoadingMode mode,
        Uri? endpoint,
        DateTimeOffset now
    )
    {
        IReadOnlyList<Condition> conditions = current?.Conditions ?? [];
        foreach ((string type, bool holds, string reason, string message) in Conditions(state, mode))
        {
            conditions = conditions.Set(
                type,
                holds ? ConditionStatus.True : ConditionStatus.False,
                reason,
                message,
                state.Generation,
                now
            );
        }

        conditions = conditions.WithProgress(ModelReplicaConditions.Ready, IsStalled(state), now);
        bool ready = conditions.IsTrue(ModelReplicaConditions.Ready);
        return new ModelReplicaStatus
        {
            ObservedGeneration = state.Generation,
            Conditions = conditions,
            Pull = state.Pull?.ToStatus(),
            Residency = state.Residency,
            Endpoint = ready && mode != LoadingMode.StoreOnly ? endpoint?.ToString() : null,
            Digest = state.Digest,
            ChatTemplateSha256 = state.ChatTemplateSha256,
            Memory = state.Memory,
            Performance = state.Performance,
            Process = state.Process,
        };
    }

    // What is tried again without a hope that is worth waiting for; the attempts go on.
    private static bool IsStalled(ReplicaState state) =>
        !state.IsStopping
        && (
            state.Pull?.State == PullState.Failed
            || state.Failure?.Reason
                is ModelReplicaConditions.InvalidModelFile
                    or ModelReplicaConditions.DigestMismatch
                    or ModelReplicaConditions.TemplateChanged
                    or ModelReplicaConditions.EngineMissing
            || (
                state.Failure?.Reason
                    is ModelReplicaConditions.EngineExited
                        or ModelReplicaConditions.EngineCheckFailed
                && state.Process?.Restarts >= CrashLoopRestarts
            )
        );

    private static IEnumerable<(string Type, bool Holds, string Reason, string Message)> Conditions(
        ReplicaState state,
        LoadingMode mode
    )
    {
        (string reason, string message) = Obstacle(state);
        bool loaded = state.Residency == Residency.Loaded;
        yield return state.IsStored
            ? (
                ModelReplicaConditions.Stored,
                true,
                ModelReplicaConditions.Verified,
                "All files are on the node, and their digests are right."
            )
            : (ModelReplicaConditions.Stored, false, reason, message);
        if (state.IsStored && mode == LoadingMode.StoreOnly && state is { Failure: null, IsStopping: false })
        {
            const string Message = "It is stored on this node, and not to be loaded.";
            yield return (ModelReplicaConditions.Loaded, false, ModelReplicaConditions.StoreOnly, Message);
            yield return (ModelReplicaConditions.Ready, true, ModelReplicaConditions.StoreOnly, Message);
            yield return AsExpected;
            yield break;
        }

        bool onDemand = state.IsStored && mode == LoadingMode.OnDemand && state.Failure is null;
        bool idle = onDemand && state.Residency == Residency.Unloaded && !state.IsStopping;
        yield return loaded
            ? (
                ModelReplicaConditions.Loaded,
                true,
                ModelReplicaConditions.EngineRunning,
                "The model is in memory."
            )
        : idle
            ? (
                ModelReplicaConditions.Loaded,
                false,
                ModelReplicaConditions.OnDemand,
                "It is loaded at the first request."
            )
        : (ModelReplicaConditions.Loaded, false, reason, message);
        yield return state.IsStopping || !(loaded || onDemand)
            ? (ModelReplicaConditions.Ready, false, reason, message)
            : (
                ModelReplicaConditions.Ready,
                true,
                loaded ? ModelReplicaConditions.EngineRunning : ModelReplicaConditions.OnDemand,
                loaded ? "The engine answers." : "It is loaded at the first request."
            );
        yield return AsExpected;
    }

    private static (string, bool, string, string) AsExpected =>
        (
            ModelReplicaConditions.Degraded,
            false,
            ModelReplicaConditions.AsExpected,
            "Speed and memory are as expected."
        );

    private static (string Reason, string Message) Obstacle(ReplicaState state) =>
        state switch
        {
            { IsStopping: true } => (ModelReplicaConditions.Stopping, "The replica is being stopped."),
            { Failure: { } failure } => (failure.Reason, failure.Message),
            { Residency: Residency.Draining } => (
                ModelReplicaConditions.Stopping,
                "The last requests are being finished before the engine stops."
            ),
            { IsStored: true } => (ModelReplicaConditions.EngineStarting, "The engine is starting."),
            _ => (
                ModelReplicaConditions.Pulling,
                $"The model is being pulled: {state.Pull?.Percent ?? 0} %."
            ),
        };
}
