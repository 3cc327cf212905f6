namespace LlmOperator.Operator.LlmNodes;

/// <summary>Reasons of the events about an LlmNode.</summary>
internal static class LlmNodeEvents
{
    /// <summary>The agent's lease ran out.</summary>
    public const string AgentLost = "AgentLost";

    /// <summary>Action: the heartbeat was looked at.</summary>
    public const string WatchAction = "WatchHeartbeat";
}
