namespace LlmOperator.Controllers.Hosting;

/// <summary>When a runnable starts; it stops in the opposite order (C52).</summary>
public enum RunnableStage
{
    /// <summary>After the caches; on every instance, or on the leader alone when it says so.</summary>
    Normal,

    /// <summary>First of all and stopped last: health, metrics, other servers.</summary>
    Server,

    /// <summary>Ends after everything else, so that the last events are told.</summary>
    EventRecorder,
}
