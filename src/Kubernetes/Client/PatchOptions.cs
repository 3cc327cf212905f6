namespace LlmOperator.Kubernetes.Client;

/// <summary>Options of merge and JSON patches.</summary>
public sealed record PatchOptions
{
    /// <summary>Field manager recorded for the patched fields.</summary>
    public required string FieldManager { get; init; }

    /// <summary>Subresource such as <c>status</c>; null for the object itself.</summary>
    public string? Subresource { get; init; }

    /// <summary>Validate and answer, but store nothing.</summary>
    public bool DryRun { get; init; }
}
