namespace LlmOperator.Kubernetes.Watching;

/// <summary>A watch broke: a malformed or unexpected line, or the connection was lost within it (C22). Watch again from the last version.</summary>
public sealed class WatchException : Exception
{
    /// <summary>Makes the exception.</summary>
    public WatchException(string message, Exception? innerException = null)
        : base(message, innerException) { }
}
