namespace LlmOperator.Operator.Placement;

/// <summary>Why a node was refused.</summary>
internal enum RefusalReason
{
    /// <summary>Its agent is not ready or silent.</summary>
    NodeNotReady,

    /// <summary>Somebody cordoned it.</summary>
    NodeCordoned,

    /// <summary>It lacks a label of the selector.</summary>
    SelectorMismatch,

    /// <summary>It has a taint that the model does not tolerate.</summary>
    TaintNotTolerated,

    /// <summary>It has no engine of the wanted kind.</summary>
    NoEngine,

    /// <summary>It has no device of the wanted kind.</summary>
    NoSuitableDevice,

    /// <summary>A replica of the same model is still stopping there.</summary>
    ReplicaStopping,

    /// <summary>Its disk has no room for the file.</summary>
    InsufficientDisk,

    /// <summary>Replicas of lower priority are leaving it to make room.</summary>
    WaitingForRoom,

    /// <summary>No device has enough memory left.</summary>
    InsufficientMemory,
}
