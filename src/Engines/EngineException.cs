namespace LlmOperator.Engines;

/// <summary>An engine that could not be started or asked. The message is one sentence for people.</summary>
public sealed class EngineException : Exception
{
    /// <summary>Creates the exception.</summary>
    public EngineException(EngineFailure failure, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Failure = failure;
    }

    /// <summary>Why.</summary>
    public EngineFailure Failure { get; }

    /// <summary>How the process ended, when it did.</summary>
    public EngineExit? Exit { get; init; }
}
