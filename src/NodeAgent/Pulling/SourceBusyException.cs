namespace LlmOperator.NodeAgent.Pulling;

/// <summary>A source has too much to do, and says when to ask again. Not a failure of it.</summary>
internal sealed class SourceBusyException(string message, TimeSpan retryAfter) : IOException(message)
{
    public TimeSpan RetryAfter => retryAfter;
}
