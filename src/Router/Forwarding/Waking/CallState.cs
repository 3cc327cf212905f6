namespace LlmOperator.Router.Forwarding.Waking;

/// <summary>How a replica is whose agent was asked.</summary>
internal enum CallState
{
    /// <summary>It is in memory.</summary>
    Loaded,

    /// <summary>It is on its way.</summary>
    StillLoading,

    /// <summary>The agent says that it cannot be loaded.</summary>
    Refused,

    /// <summary>The agent cannot be reached.</summary>
    Gone,
}
