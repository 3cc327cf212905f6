namespace LlmOperator.Engines;

/// <summary>Where an instance stands.</summary>
public enum EngineState
{
    /// <summary>The model is being loaded.</summary>
    Starting,

    /// <summary>It answers.</summary>
    Ready,

    /// <summary>It was asked to stop.</summary>
    Stopping,

    /// <summary>It is gone.</summary>
    Exited,
}
