namespace LlmOperator.Operator.Placement;

/// <summary>Why a replica is removed.</summary>
internal enum RemovalReason
{
    /// <summary>Fewer replicas are wanted.</summary>
    ScaledDown,

    /// <summary>Its node is lost or deleted.</summary>
    NodeLost,

    /// <summary>The budget of a device became smaller than what its replicas hold.</summary>
    BudgetExceeded,

    /// <summary>Its node has a taint that the model does not tolerate.</summary>
    NotTolerated,

    /// <summary>A model of higher priority needs the room.</summary>
    Preempted,

    /// <summary>A replica elsewhere has taken its place.</summary>
    Replaced,
}
