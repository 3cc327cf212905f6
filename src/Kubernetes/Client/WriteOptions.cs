namespace LlmOperator.Kubernetes.Client;

/// <summary>Options of create and replace.</summary>
public sealed record WriteOptions
{
    /// <summary>Field manager recorded for the written fields.</summary>
    public required string FieldManager { get; init; }

    /// <summary>Validate and answer, but store nothing.</summary>
    public bool DryRun { get; init; }
}
