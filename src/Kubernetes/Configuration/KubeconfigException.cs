namespace LlmOperator.Kubernetes.Configuration;

/// <summary>There is no usable configuration of a Kubernetes client; the message says what is wrong and where.</summary>
public sealed class KubeconfigException : Exception
{
    /// <summary>Makes the exception.</summary>
    public KubeconfigException(string message, Exception? innerException = null)
        : base(message, innerException) { }
}
