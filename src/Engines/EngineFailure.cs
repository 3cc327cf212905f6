namespace LlmOperator.Engines;

/// <summary>Why an engine could not be used.</summary>
public enum EngineFailure
{
    /// <summary>The engine is not installed, or no server answers at its address.</summary>
    NotFound,

    /// <summary>The launch is wrong: an option that is not allowed, a path that is too long.</summary>
    InvalidLaunch,

    /// <summary>The engine refused the model.</summary>
    ModelRejected,

    /// <summary>Memory ran out while loading.</summary>
    OutOfMemory,

    /// <summary>The model did not answer in time.</summary>
    TimedOut,

    /// <summary>The process ended for another reason.</summary>
    Exited,
}
