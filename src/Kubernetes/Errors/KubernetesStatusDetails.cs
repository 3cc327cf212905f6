namespace LlmOperator.Kubernetes.Errors;

/// <summary>Details of a <see cref="KubernetesStatus"/>.</summary>
public sealed record KubernetesStatusDetails
{
    /// <summary>Name of the object concerned.</summary>
    public string? Name { get; init; }

    /// <summary>Group of the object concerned.</summary>
    public string? Group { get; init; }

    /// <summary>Kind (or plural) of the object concerned.</summary>
    public string? Kind { get; init; }

    /// <summary>UID of the object concerned.</summary>
    public string? Uid { get; init; }

    /// <summary>The single faults, with field paths.</summary>
    public IReadOnlyList<KubernetesStatusCause> Causes { get; init; } = [];

    /// <summary>Seconds to wait before trying again; null when not said.</summary>
    public int? RetryAfterSeconds { get; init; }
}
