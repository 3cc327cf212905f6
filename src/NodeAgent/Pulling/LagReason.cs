namespace LlmOperator.NodeAgent.Pulling;

/// <summary>Why a connection is given up while others go on.</summary>
internal enum LagReason
{
    /// <summary>It brings no byte.</summary>
    Stalled,

    /// <summary>It is far slower than the others.</summary>
    Slow,

    /// <summary>The node's pulls are paused.</summary>
    Paused,
}
