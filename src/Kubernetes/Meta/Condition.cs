namespace LlmOperator.Kubernetes.Meta;

/// <summary>One aspect of an object's state (metav1.Condition).</summary>
public sealed record Condition
{
    /// <summary>Aspect, for example <c>Ready</c>; unique in the list.</summary>
    public required string Type { get; init; }

    /// <summary><c>True</c>, <c>False</c> or <c>Unknown</c>.</summary>
    public required ConditionStatus Status { get; init; }

    /// <summary>Generation of the object that this condition was computed from.</summary>
    public long ObservedGeneration { get; init; }

    /// <summary>When <see cref="Status"/> last changed (not the message).</summary>
    public DateTimeOffset LastTransitionTime { get; init; }

    /// <summary>CamelCase reason from the kind's closed list.</summary>
    public required string Reason { get; init; }

    /// <summary>What it means and what to do next, for people.</summary>
    public string Message { get; init; } = "";
}
