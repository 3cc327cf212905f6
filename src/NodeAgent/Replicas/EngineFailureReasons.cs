using LlmOperator.Api.V1Alpha1;
using LlmOperator.Engines;

namespace LlmOperator.NodeAgent.Replicas;

/// <summary>What a failure of the engine is called in conditions. Pure.</summary>
internal static class EngineFailureReasons
{
    /// <summary>Reason of a failure to start.</summary>
    public static string Of(EngineException error) =>
        error.Failure switch
        {
            EngineFailure.NotFound => ModelReplicaConditions.EngineMissing,
            EngineFailure.OutOfMemory => ModelReplicaConditions.OutOfMemory,
            // The same launch would end the same way: only another way of loading helps.
            _ when error.Exit?.FailedCheck is not null => ModelReplicaConditions.EngineCheckFailed,
            _ => ModelReplicaConditions.EngineExited,
        };

    /// <summary>
    /// Reason of the end of an engine that had answered. A check that failed then may be due to one request, and is no
    /// reason to load in another way.
    /// </summary>
    public static string Of(EngineExit exit) =>
        exit.OutOfMemory ? ModelReplicaConditions.OutOfMemory : ModelReplicaConditions.EngineExited;
}
