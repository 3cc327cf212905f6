namespace LlmOperator.Models.Sources;

/// <summary>A source that cannot be used. The message is one sentence for people, with the remedy, without secrets.</summary>
public sealed class ModelSourceException : Exception
{
    /// <summary>Creates the exception.</summary>
    public ModelSourceException(ModelSourceFailure failure, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Failure = failure;
    }

    /// <summary>Why.</summary>
    public ModelSourceFailure Failure { get; }

    /// <summary>How long the source asks to wait; null when it did not say.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
