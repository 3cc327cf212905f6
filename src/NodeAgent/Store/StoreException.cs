namespace LlmOperator.NodeAgent.Store;

/// <summary>A store that cannot be used, or bytes that it refuses. The message is one sentence for people.</summary>
public sealed class StoreException : Exception
{
    /// <summary>Creates the exception with the sentence to show.</summary>
    public StoreException(string message, Exception? innerException = null)
        : base(message, innerException) { }
}
