using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.NodeAgent.Replicas;

/// <summary>What a request is told that finds no engine. Pure.</summary>
internal static class AcquirePlan
{
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_later = TimeSpan.FromSeconds(5);

    /// <summary>Returns when the request is to wait for a change.</summary>
    public static void ThrowUnlessWaiting(ObjectKey replica, ReplicaState state, bool onDemand)
    {
        if (state.IsStopping)
        {
            throw new ReplicaUnavailableException(
                ReplicaUnavailableKind.Draining,
                $"The replica {replica} is being stopped.",
                s_soon
            );
        }

        if (state.Failure is { } failure)
        {
            throw new ReplicaUnavailableException(
                ReplicaUnavailableKind.EngineUnavailable,
                $"The replica {replica} cannot answer: {failure.Message}",
                s_later
            );
        }

        if (!onDemand)
        {
            throw StillLoading(replica, state);
        }
    }

    public static ReplicaUnavailableException StillLoading(ObjectKey replica, ReplicaState state) =>
        new(
            ReplicaUnavailableKind.Loading,
            $"The replica {replica} is being loaded.",
            s_later,
            state.IsStored ? "EngineStarting" : "Pulling"
        );
}
