namespace LlmOperator.NodeAgent.Replicas;

/// <summary>A replica that cannot take a request now. The message is one sentence for people.</summary>
internal sealed class ReplicaUnavailableException : Exception
{
    public ReplicaUnavailableException(
        ReplicaUnavailableKind kind,
        string message,
        TimeSpan? retryAfter = null,
        string? stage = null
    )
        : base(message)
    {
        Kind = kind;
        RetryAfter = retryAfter;
        Stage = stage;
    }

    public ReplicaUnavailableKind Kind { get; }

    /// <summary>When to try again; null when this node will not have it.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>What is being done, such as <c>Pulling</c> or <c>EngineStarting</c>, while it is loading.</summary>
    public string? Stage { get; }
}
