namespace LlmOperator.NodeAgent.Replicas;

/// <summary>Why a replica cannot take a request.</summary>
internal enum ReplicaUnavailableKind
{
    /// <summary>No such replica on this node.</summary>
    NotFound,

    /// <summary>It is being pulled or loaded.</summary>
    Loading,

    /// <summary>It takes no new requests any more.</summary>
    Draining,

    /// <summary>Its engine is down, or cannot be started.</summary>
    EngineUnavailable,
}
