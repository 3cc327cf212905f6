namespace LlmOperator.Kubernetes.Errors;

/// <summary>One fault of a request.</summary>
public sealed record KubernetesStatusCause
{
    /// <summary>Machine-readable kind of fault, for example <c>FieldValueInvalid</c>.</summary>
    public string? Reason { get; init; }

    /// <summary>What is wrong, for people.</summary>
    public string? Message { get; init; }

    /// <summary>Path of the field, for example <c>spec.context.preferred</c>.</summary>
    public string? Field { get; init; }
}
