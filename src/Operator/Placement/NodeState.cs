namespace LlmOperator.Operator.Placement;

/// <summary>Whether a node can be counted on.</summary>
internal enum NodeState
{
    /// <summary>Takes replicas.</summary>
    Ready,

    /// <summary>Keeps what it has and takes nothing new: its agent is not ready, or was silent for a short time.</summary>
    NotReady,

    /// <summary>Its agent was silent for so long that its replicas are placed elsewhere.</summary>
    Lost,
}
