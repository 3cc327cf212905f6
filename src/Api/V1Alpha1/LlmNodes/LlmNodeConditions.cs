namespace LlmOperator.Api.V1Alpha1;

/// <summary>Condition types and reasons of <see cref="LlmNode"/>.</summary>
public static class LlmNodeConditions
{
    /// <summary>The agent reports, and an engine is there.</summary>
    public const string Ready = "Ready";

    /// <summary>A device's memory is nearly used up (90 % by default).</summary>
    public const string MemoryPressure = "MemoryPressure";

    /// <summary>A device is too hot (80 °C by default).</summary>
    public const string ThermalPressure = "ThermalPressure";

    /// <summary>The store's disk is used to its first watermark (80 % by default) or more.</summary>
    public const string DiskPressure = "DiskPressure";

    /// <summary>Work is going on (present only while true; kstatus).</summary>
    public const string Reconciling = "Reconciling";

    /// <summary>Nothing will change without a person (present only while true; kstatus).</summary>
    public const string Stalled = "Stalled";

    /// <summary>Reason: the agent reports and an engine works.</summary>
    public const string AgentReady = "AgentReady";

    /// <summary>Reason: no engine was found on the node.</summary>
    public const string NoEngine = "NoEngine";

    /// <summary>Reason: the agent's lease ran out (written by the operator).</summary>
    public const string AgentLost = "AgentLost";

    /// <summary>Reason: the agent is stopping.</summary>
    public const string AgentStopping = "AgentStopping";

    /// <summary>Reason of a pressure condition that does not hold.</summary>
    public const string BelowThreshold = "BelowThreshold";

    /// <summary>Reason of a pressure condition that holds.</summary>
    public const string AboveThreshold = "AboveThreshold";
}
