namespace LlmOperator.Kubernetes.Errors;

/// <summary>A Kubernetes <c>Status</c>: what the server says of a request that did not succeed.</summary>
public sealed record KubernetesStatus
{
    /// <summary>HTTP status code.</summary>
    public int Code { get; init; }

    /// <summary>Machine-readable reason, for example <c>NotFound</c>.</summary>
    public string? Reason { get; init; }

    /// <summary>What happened, for people.</summary>
    public string? Message { get; init; }

    /// <summary>Kind, name, causes, and when to try again.</summary>
    public KubernetesStatusDetails? Details { get; init; }
}
